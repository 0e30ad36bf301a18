using Palisade.Domain.Audit;
using Palisade.Storage;

namespace Palisade.Grains.Audit;

/// <summary>Chooses what a bundle of what a search finds is made of.</summary>
internal static class ChosenRecords
{
    private const int Page = 500;

    /// <summary>
    /// Indexes of the newest matches, and of the records that say which of these were erased, without which no verifier
    /// takes them: at most <paramref name="max"/> in all, and none of one without the other.
    /// </summary>
    public static async Task<SortedSet<long>> FindAsync(
        IStore store,
        string org,
        AuditQuery query,
        int max,
        CancellationToken cancellationToken
    )
    {
        var chosen = new SortedSet<long>();
        for (long? before = null; ; )
        {
            var found = await store.Search.FindAsync(org, query, before, Page, cancellationToken);
            foreach (var entry in await store.Audit.ReadAsync(org, found, cancellationToken))
            {
                long[] needed = entry.ErasedBy is { } eraser ? [entry.Index, eraser] : [entry.Index];
                if (chosen.Count + needed.Count(index => !chosen.Contains(index)) > max)
                {
                    return chosen;
                }

                chosen.UnionWith(needed);
            }

            if (found.Length < Page)
            {
                return chosen;
            }

            before = found[^1];
        }
    }
}
