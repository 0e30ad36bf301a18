using Palisade.Storage.Usage;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresUsageCounts(Database database, TimeProvider clock) : IUsageCounts
{
    private readonly PendingCounts _pending = new(clock);

    public void Count(string org, string principal, string operation, string resource) =>
        _pending.Count(org, principal, operation, resource);

    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var counts = _pending.Take();
        if (counts.Count > 0)
        {
            // Once: when the answer is lost, counting twice would be worse than not at all.
            await database.RunOnceAsync([Add(counts)]);
        }
    }

    // In one order for everybody, so that two who flush do not wait for each other in a circle.
    private static Statement Add(List<PendingCount> counts) =>
        Statement
            .Of(
                """
                INSERT INTO usage AS known (org, principal, operation, resource, day, count, last_at)
                SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
                    AS added (org, principal, operation, resource, day, count, last_at)
                ORDER BY org, principal, operation, resource, day
                ON CONFLICT (org, principal, operation, resource, day) DO UPDATE SET
                    count = known.count + excluded.count, last_at = greatest(known.last_at, excluded.last_at)
                """
            )
            .Add(counts.Select(count => count.Key.Org).ToArray())
            .Add(counts.Select(count => count.Key.Principal).ToArray())
            .Add(counts.Select(count => count.Key.Operation).ToArray())
            .Add(counts.Select(count => count.Key.Resource).ToArray())
            .Add(counts.Select(count => count.Key.Day).ToArray())
            .Add(counts.Select(count => count.Count).ToArray())
            .Add(counts.Select(count => StoreTime.ToMicroseconds(count.At)).ToArray());
}
