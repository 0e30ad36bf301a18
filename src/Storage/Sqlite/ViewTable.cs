using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Storage.Views;

namespace Palisade.Storage.Sqlite;

/// <summary>Rows of view.</summary>
internal static class ViewTable
{
    public static void Write(Connection connection, ViewChange change)
    {
        if (change is { Json: null, Prefix: true })
        {
            connection
                .Prepare("DELETE FROM view WHERE org = ?1 AND kind = ?2 AND key >= ?3 AND (?4 IS NULL OR key < ?4)")
                .Add(change.Org)
                .Add(change.Kind)
                .Add(change.Key)
                .Add(KeyRange.End(change.Key))
                .Run();
            return;
        }

        if (change.Json is null)
        {
            connection
                .Prepare("DELETE FROM view WHERE org = ? AND kind = ? AND key = ?")
                .Add(change.Org)
                .Add(change.Kind)
                .Add(change.Key)
                .Run();
            return;
        }

        connection
            .Prepare("INSERT OR REPLACE INTO view (org, kind, key, sort, json) VALUES (?, ?, ?, ?, ?)")
            .Add(change.Org)
            .Add(change.Kind)
            .Add(change.Key)
            .Add(change.Sort)
            .Add(change.Json)
            .Run();
    }

    public static long Count(Connection connection, string org, string kind, string keyPrefix)
    {
        using var row = connection
            .Prepare(
                "SELECT count(*) FROM view WHERE org = ?1 AND kind = ?2 AND key >= ?3 AND (?4 IS NULL OR key < ?4)"
            )
            .Add(org)
            .Add(kind)
            .Add(keyPrefix)
            .Add(KeyRange.End(keyPrefix));
        row.Step();
        return row.Int64(0);
    }

    public static List<ViewRow> List(Connection connection, ViewQuery query)
    {
        query.Check();
        // With a prefix the keys' own range is small and sorted after; without one the sorted index is walked.
        var (index, compare, order) = (
            query.KeyPrefix.Length == 0 ? "INDEXED BY view_sort" : "NOT INDEXED",
            query.Descending ? "<" : ">",
            query.Descending ? "DESC" : "ASC"
        );
        var end = KeyRange.End(query.KeyPrefix);
        var after = query.After is null ? "" : $"AND (sort, key) {compare} (?5, ?6)";
        using var row = connection
            .Prepare(
                $"""
                SELECT key, sort, json FROM view {index} WHERE org = ?1 AND kind = ?2 AND key >= ?3
                    AND (?4 IS NULL OR key < ?4) {after}
                ORDER BY sort {order}, key {order} LIMIT {(query.After is null ? "?5" : "?7")}
                """
            )
            .Add(query.Org)
            .Add(query.Kind)
            .Add(query.KeyPrefix)
            .Add(end);
        if (query.After is not null)
        {
            row.Add(query.After.Sort).Add(query.After.Key);
        }

        row.Add(query.Limit);
        var rows = new List<ViewRow>();
        while (row.Step())
        {
            rows.Add(new(row.Text(0), row.Text(1), row.Text(2)));
        }

        return rows;
    }
}

/// <summary>The port over <see cref="ViewTable"/>.</summary>
internal sealed class SqliteViews(ReadPool readers) : IViews
{
    public Task<string?> GetAsync(string org, string kind, string key, CancellationToken cancellationToken = default) =>
        readers.ReadAsync(
            db =>
            {
                using var row = db.Prepare("SELECT json FROM view WHERE org = ? AND kind = ? AND key = ?")
                    .Add(org)
                    .Add(kind)
                    .Add(key);
                return row.Step() ? row.Text(0) : null;
            },
            cancellationToken
        );

    public async Task<ImmutableArray<ViewRow>> ListAsync(
        ViewQuery query,
        CancellationToken cancellationToken = default
    ) => [.. await readers.ReadAsync(db => ViewTable.List(db, query), cancellationToken)];

    public Task<long> CountAsync(
        string org,
        string kind,
        string keyPrefix,
        CancellationToken cancellationToken = default
    ) => readers.ReadAsync(db => ViewTable.Count(db, org, kind, keyPrefix), cancellationToken);
}
