using Palisade.Domain.Kernel;
using Palisade.Storage.Views;

namespace Palisade.Storage.Postgres;

/// <summary>Statements on view.</summary>
internal static class ViewStatements
{
    /// <summary>Puts rows in their places, whatever was there; no two of one key.</summary>
    public static Statement Put(IReadOnlyCollection<ViewChange> rows) =>
        Statement
            .Of(
                """
                INSERT INTO view (org, kind, key, sort, json) SELECT * FROM unnest($1, $2, $3, $4, $5)
                ON CONFLICT (org, kind, key) DO UPDATE SET sort = excluded.sort, json = excluded.json
                """
            )
            .Add([.. rows.Select(row => row.Org)])
            .Add([.. rows.Select(row => row.Kind)])
            .Add([.. rows.Select(row => row.Key)])
            .Add([.. rows.Select(row => row.Sort)])
            .Add([.. rows.Select(row => row.Json)]);

    /// <summary>Takes away a row, or those whose keys begin so.</summary>
    public static Statement Delete(ViewChange change) =>
        change.Prefix
            ? Statement
                .Of("DELETE FROM view WHERE org = $1 AND kind = $2 AND key >= $3 AND ($4 IS NULL OR key < $4)")
                .Add(change.Org)
                .Add(change.Kind)
                .Add(change.Key)
                .Add(KeyRange.End(change.Key))
            : Statement
                .Of("DELETE FROM view WHERE org = $1 AND kind = $2 AND key = $3")
                .Add(change.Org)
                .Add(change.Kind)
                .Add(change.Key);

    public static Statement Get(string org, string kind, string key) =>
        Statement.Of("SELECT json FROM view WHERE org = $1 AND kind = $2 AND key = $3").Add(org).Add(kind).Add(key);

    public static Statement Count(string org, string kind, string keyPrefix) =>
        Statement
            .Of("SELECT count(*) FROM view WHERE org = $1 AND kind = $2 AND key >= $3 AND ($4 IS NULL OR key < $4)")
            .Add(org)
            .Add(kind)
            .Add(keyPrefix)
            .Add(KeyRange.End(keyPrefix));

    public static Statement List(ViewQuery query)
    {
        query.Check();
        var (compare, order) = query.Descending ? ("<", "DESC") : (">", "ASC");
        var after = query.After is null ? "" : $"AND (sort, key) {compare} ($6, $7)";
        var statement = Statement
            .Of(
                $"""
                SELECT key, sort, json FROM view WHERE org = $1 AND kind = $2 AND key >= $3 AND ($4 IS NULL OR key < $4)
                {after} ORDER BY sort {order}, key {order} LIMIT $5
                """
            )
            .Add(query.Org)
            .Add(query.Kind)
            .Add(query.KeyPrefix)
            .Add(KeyRange.End(query.KeyPrefix))
            .Add(query.Limit);
        return query.After is { } last ? statement.Add(last.Sort).Add(last.Key) : statement;
    }
}
