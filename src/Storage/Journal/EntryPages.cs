using System.Runtime.CompilerServices;

namespace Palisade.Storage.Journal;

/// <summary>
/// Streams are read in pages, so that a slow reader holds neither a connection nor an old state of the database.
/// </summary>
internal static class EntryPages
{
    public const int Size = 256;

    /// <param name="page">At most <see cref="Size"/> entries after a seq.</param>
    /// <param name="cancellationToken">The one of whoever enumerates.</param>
    public static async IAsyncEnumerable<StoredEntry> ReadAsync(
        Func<long, CancellationToken, Task<List<StoredEntry>>> page,
        long afterSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        List<StoredEntry> entries;
        do
        {
            entries = await page(afterSeq, cancellationToken);
            foreach (var entry in entries)
            {
                afterSeq = entry.Seq;
                yield return entry;
            }
        } while (entries.Count == Size);
    }

    /// <summary>Checks the chain up to a head that was read before, and what came after it.</summary>
    /// <param name="page">At most <see cref="Size"/> entries after a seq, those without bodies too.</param>
    public static async Task<ChainFault?> VerifyAsync(
        StreamId stream,
        Head head,
        Func<long, Task<List<StoredEntry>>> page
    )
    {
        var check = new ChainCheck(stream);
        List<StoredEntry> entries;
        do
        {
            entries = await page(check.Seq);
            foreach (var entry in entries)
            {
                if (check.Next(entry, head.Seq, head.Hash) is { } fault)
                {
                    return fault;
                }
            }
        } while (entries.Count == Size);

        return check.Seq < head.Seq ? new(stream, check.Seq + 1, $"is missing; the head is {head.Seq}") : null;
    }
}
