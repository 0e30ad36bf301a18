using System.Runtime.CompilerServices;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Operating;

/// <summary>
/// Whether every checkpoint of a log was signed by the key that was the log's own then (S31): who changes the database
/// can make a tree that holds in itself, and has no key of the log to sign it with.
/// </summary>
internal static class CheckpointSignatures
{
    private const int Page = 1000;

    /// <summary>What does not hold, in the order of the log.</summary>
    public static async IAsyncEnumerable<string> FaultsAsync(
        IStore store,
        string org,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // INVARIANT: before the keys are read. A server goes on meanwhile, and a key is recorded before it signs.
        var log = await store.Audit.OpenAsync(org, cancellationToken);
        var keys = await KeysAsync(store.Journal, org, cancellationToken);
        if (log.Size == 0)
        {
            yield break;
        }

        if (keys.Fault(log.Origin) is { } broken)
        {
            yield return $"its checkpoints prove nothing: {broken}";
            yield break;
        }

        var newest = 0;
        for (var size = 0L; size < log.Size; )
        {
            var page = await store.Audit.NotesAsync(org, size, Page, cancellationToken);
            foreach (var published in page.Where(published => published.Size <= log.Size))
            {
                var signer = SignerOf(keys, published, log.Origin);
                if (signer < 0)
                {
                    yield return $"the checkpoint of {published.Size} records is not signed by a key of the log";
                }
                else if (signer < newest)
                {
                    yield return $"the checkpoint of {published.Size} records is signed by key {keys.Links[signer].Key.HexId}, "
                        + "which was not the log's any more";
                }

                newest = Math.Max(newest, signer);
            }

            size = page.IsEmpty ? log.Size : page[^1].Size;
        }
    }

    private static int SignerOf(KeyHistory keys, PublishedNote published, string origin) =>
        SignedNote.TryParse(published.Note, out var note)
        && Checkpoint.TryParse(note.Text, out var checkpoint)
        && checkpoint.Origin == origin
            ? keys.SignerOf(note)
            : -1;

    private static async Task<KeyHistory> KeysAsync(IJournal journal, string org, CancellationToken cancellationToken)
    {
        var state = new AuditState();
        await foreach (var entry in journal.ReadAsync(StreamId.Audit(LogName.Of(org)), 0, cancellationToken))
        {
            state = entry.Event is AuditEvent @event ? AuditState.Apply(state, @event) : state;
        }

        return state.History;
    }
}
