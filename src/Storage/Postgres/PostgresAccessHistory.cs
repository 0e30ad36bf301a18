using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;
using Palisade.Storage.Usage;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresAccessHistory(Database database, EventCatalog events) : IAccessHistory
{
    // Principals are counted as kind:id, the form of Principal.ToString. A read that is recorded was counted as well,
    // and is one.
    private const string Uses = """
        WITH records AS (
            SELECT actor_kind COLLATE "C" AS kind, actor, operation COLLATE "C" AS operation, resource,
                result <> 'denied' AS allowed, count(*) AS times, max(at) AS last
            FROM journal
            WHERE org = $1 AND at >= $2 AND actor_kind IN ('User', 'DeployKey') AND resource_type <> 'None'
            AND ($3 IS NULL OR actor_kind = $3 AND actor = $4)
            GROUP BY 1, 2, 3, 4, 5
        ),
        reads AS (
            SELECT split_part(principal, ':', 1) AS kind, substr(principal, strpos(principal, ':') + 1) AS actor,
                operation, resource, true AS allowed, sum(count)::bigint AS times, max(last_at) AS last
            FROM usage
            WHERE org = $1 AND day >= $5 AND split_part(principal, ':', 1) IN ('User', 'DeployKey')
            AND ($3 IS NULL OR principal = $3 || ':' || $4)
            GROUP BY 1, 2, 3, 4
        )
        SELECT kind, actor, operation, resource, allowed::integer,
            greatest(records.times, reads.times) AS times, greatest(records.last, reads.last)
        FROM records FULL JOIN reads USING (kind, actor, operation, resource, allowed)
        ORDER BY times DESC LIMIT $6
        """;

    public async Task<ImmutableArray<AccessUse>> ReadAsync(
        string org,
        DateTimeOffset since,
        Principal? of = null,
        CancellationToken cancellationToken = default
    ) =>
        [
            .. await database.ReadAsync(
                Statement
                    .Of(Uses)
                    .Add(org)
                    .Add(since)
                    .Add(of?.Kind.ToString())
                    .Add(of?.Id)
                    .Add(since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
                    .Add(IAccessHistory.MaxUses),
                Read,
                cancellationToken
            ),
        ];

    public Task<StoredEntry?> FindDecisionAsync(
        string org,
        string decisionId,
        CancellationToken cancellationToken = default
    ) =>
        database.FirstAsync(
            Statement
                .Of(
                    $"SELECT {EntryRow.WithBodies} JOIN decision d ON d.stream = j.stream AND d.seq = j.seq WHERE d.org = $1 AND d.id = $2"
                )
                .Add(org)
                .Add(decisionId),
            row => EntryRow.Read(row, events),
            cancellationToken
        );

    private static AccessUse Read(IRow row) =>
        new(new(Enum.Parse<PrincipalKind>(row.Text(0)), row.Text(1), ""), row.Text(2), row.Text(3), row.Int64(4) != 0)
        {
            Count = row.Int64(5),
            Last = row.Time(6),
        };
}
