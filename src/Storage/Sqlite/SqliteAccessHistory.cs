using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Storage.Usage;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteAccessHistory(ReadPool readers, EventCatalog events) : IAccessHistory
{
    public Task<ImmutableArray<AccessUse>> ReadAsync(
        string org,
        DateTimeOffset since,
        Principal? of = null,
        CancellationToken cancellationToken = default
    ) =>
        readers.ReadLongAsync(
            db =>
            {
                var tally = new UseTally();
                AddRecords(tally, db, org, since, of);
                AddReads(tally, db, org, since, of);
                return tally.Most(IAccessHistory.MaxUses);
            },
            cancellationToken
        );

    public Task<StoredEntry?> FindDecisionAsync(
        string org,
        string decisionId,
        CancellationToken cancellationToken = default
    ) => readers.ReadAsync(db => EntryTable.Decision(db, org, decisionId, events), cancellationToken);

    private static void AddRecords(UseTally tally, Connection db, string org, DateTimeOffset since, Principal? of)
    {
        using var row = db.Prepare(
                $"""
                SELECT actor_kind = 'User', actor, operation, resource, result <> 'denied', at FROM journal
                WHERE org = ? AND at >= ? AND actor_kind IN ('User', 'DeployKey') AND resource_type <> 'None'
                {(of is null ? "" : "AND actor_kind = ? AND actor = ?")}
                """
            )
            .Add(org)
            .Add(since);
        if (of is not null)
        {
            row.Add(of.Kind.ToString()).Add(of.Id);
        }

        while (row.Step())
        {
            var kind = row.Int64(0) != 0 ? PrincipalKind.User : PrincipalKind.DeployKey;
            tally.AddRecord(kind, row.Utf8(1), row.Utf8(2), row.Utf8(3), row.Int64(4) != 0, row.Int64(5));
        }
    }

    // Principals are counted as kind:id, the form of Principal.ToString.
    private static void AddReads(UseTally tally, Connection db, string org, DateTimeOffset since, Principal? of)
    {
        using var row = db.Prepare(
                "SELECT principal, operation, resource, count, last_at FROM usage WHERE org = ? AND day >= ?"
                    + (of is null ? "" : " AND principal = ?")
            )
            .Add(org)
            .Add(since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        if (of is not null)
        {
            row.Add(of.ToString());
        }

        while (row.Step())
        {
            var principal = row.Utf8(0);
            PrincipalKind? kind =
                principal.StartsWith("User:"u8) ? PrincipalKind.User
                : principal.StartsWith("DeployKey:"u8) ? PrincipalKind.DeployKey
                : null;
            if (kind is { } known)
            {
                var id = principal[(principal.IndexOf((byte)':') + 1)..];
                tally.AddReads(known, id, row.Utf8(1), row.Utf8(2), row.Int64(3), row.Int64(4));
            }
        }
    }
}
