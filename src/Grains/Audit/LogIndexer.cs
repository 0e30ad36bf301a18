using Palisade.Storage;
using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit;

/// <summary>Fills the search index of one log for as long as it runs, woken by seals.</summary>
public sealed class LogIndexer(IStore store)
{
    public async Task RunAsync(string org, CancellationToken cancellationToken)
    {
        await using var seals = store
            .Changes.SubscribeAsync(IAuditLog.Topic("sealed", org), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        do
        {
            while (await store.Search.IndexAsync(org, cancellationToken) > 0) { }
        } while (await seals.MoveNextAsync());
    }
}
