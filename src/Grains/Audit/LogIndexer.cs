using Palisade.Storage;
using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit;

/// <summary>Fills the search index of one log for as long as it runs, woken by seals.</summary>
public sealed class LogIndexer(IStore store, TimeProvider time)
{
    /// <summary>
    /// For each moment of work it rests so many: a flood of records is searchable a little later, and people's commands
    /// keep the processors.
    /// </summary>
    private const int Rest = 2;

    public async Task RunAsync(string org, CancellationToken cancellationToken)
    {
        await using var seals = store
            .Changes.SubscribeAsync(IAuditLog.Topic("sealed", org), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        do
        {
            for (var began = time.GetTimestamp(); await IndexAsync(org, cancellationToken); began = time.GetTimestamp())
            {
                await Task.Delay(Rest * time.GetElapsedTime(began), time, cancellationToken);
            }
        } while (await seals.MoveNextAsync());
    }

    private async Task<bool> IndexAsync(string org, CancellationToken cancellationToken) =>
        await store.Search.IndexAsync(org, cancellationToken) > 0;
}
