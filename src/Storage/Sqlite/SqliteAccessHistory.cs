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
        CancellationToken cancellationToken = default
    ) =>
        readers.ReadLongAsync(
            db =>
            {
                // Principals are counted as kind:id, the form of Principal.ToString.
                using var row = db.Prepare(
                        $"""
                        SELECT principal, operation, resource, allowed, sum(n) AS uses, max(at) FROM (
                            SELECT actor_kind || ':' || actor AS principal, operation, resource,
                                result <> 'denied' AS allowed, count(*) AS n, max(at) AS at
                            FROM journal WHERE org = ? AND at >= ? AND actor_kind IN ('User', 'DeployKey')
                                AND resource_type <> 'None'
                            GROUP BY 1, 2, 3, 4
                            UNION ALL
                            SELECT principal, operation, resource, 1, sum(count), max(last_at) FROM usage
                                WHERE org = ? AND day >= ? GROUP BY 1, 2, 3)
                        GROUP BY 1, 2, 3, 4 ORDER BY uses DESC LIMIT {IAccessHistory.MaxUses}
                        """
                    )
                    .Add(org)
                    .Add(since)
                    .Add(org)
                    .Add(since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                var uses = ImmutableArray.CreateBuilder<AccessUse>();
                while (row.Step())
                {
                    if (PrincipalOf(row.Text(0)) is { } principal)
                    {
                        uses.Add(
                            new(principal, row.Text(1), row.Text(2), row.Int64(3) != 0)
                            {
                                Count = row.Int64(4),
                                Last = row.Time(5),
                            }
                        );
                    }
                }

                return uses.ToImmutable();
            },
            cancellationToken
        );

    public Task<StoredEntry?> FindDecisionAsync(
        string org,
        string decisionId,
        CancellationToken cancellationToken = default
    ) => readers.ReadAsync(db => EntryTable.Decision(db, org, decisionId, events), cancellationToken);

    private static Principal? PrincipalOf(string text)
    {
        var cut = text.IndexOf(':', StringComparison.Ordinal);
        return
            cut > 0
            && Enum.TryParse<PrincipalKind>(text.AsSpan(0, cut), out var kind)
            && kind is PrincipalKind.User or PrincipalKind.DeployKey
            ? new(kind, text[(cut + 1)..], "")
            : null;
    }
}
