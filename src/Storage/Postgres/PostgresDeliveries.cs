using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresDeliveries(Database database, CommitNews news) : IDeliveries
{
    public Task<Delivery?> FindAsync(string org, string sink, CancellationToken cancellationToken = default) =>
        database.FirstAsync(
            Statement.Of($"SELECT {DeliveryRow.Columns} FROM delivery WHERE org = $1 AND sink = $2").Add(org).Add(sink),
            DeliveryRow.Read,
            cancellationToken
        );

    public async Task<bool> SaveAsync(
        JobFence fence,
        string org,
        string sink,
        Delivery delivery,
        CancellationToken cancellationToken = default
    )
    {
        var saved = await database.RunAsync(
            Statement
                .Of(
                    $"""
                    WITH current AS (
                        SELECT 1 FROM job WHERE id = $8 AND attempt = $9 AND status = 1 FOR NO KEY UPDATE)
                    INSERT INTO delivery (org, sink, {DeliveryRow.Columns})
                    SELECT $1, $2, $3, $4, $5, $6, $7 FROM current
                    ON CONFLICT (org, sink) DO UPDATE SET next = excluded.next, succeeded = excluded.succeeded,
                        failures = excluded.failures, since = excluded.since, error = excluded.error
                    """
                )
                .Add(org)
                .Add(sink)
                .Add(delivery.Next)
                .Add(delivery.Succeeded)
                .Add(delivery.Failures)
                .Add(delivery.FailingSince)
                .AddOutput(delivery.Error)
                .Add(fence.JobId)
                .Add(fence.Attempt),
            cancellationToken
        );
        if (saved == 1)
        {
            news.Publish([new Change(IDeliveries.Topic(org), 0)]);
        }

        return saved == 1;
    }

    public Task DeleteAsync(string org, string sink, CancellationToken cancellationToken = default) =>
        database.RunAsync(
            Statement.Of("DELETE FROM delivery WHERE org = $1 AND sink = $2").Add(org).Add(sink),
            cancellationToken
        );
}
