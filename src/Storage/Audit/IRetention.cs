using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Audit;

/// <summary>
/// The retention role (S30): the only way by which anything of the journal goes. It erases bodies of record-only
/// entries of which a record, covered by a checkpoint, speaks already; hashes, leaves and facets stay.
/// </summary>
public interface IRetention
{
    /// <summary>Entries whose bodies one record can speak of.</summary>
    const int MaxBatch = 500;

    /// <summary>
    /// The next record-only entries, in the order of the log, that are older and have their bodies; null when there are
    /// none. What speaks of erasures is never among them.
    /// </summary>
    /// <param name="from">Index to look from.</param>
    Task<ErasureBatch?> NextAsync(
        string org,
        DateTimeOffset olderThan,
        long from,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Erases a batch, all of it or nothing. False when the guard's stream has moved, since somebody may have forbidden
    /// it, and when another erased some of it.
    /// Throws when the record does not speak of exactly these, or no checkpoint covers it.
    /// </summary>
    /// <param name="by">Index of the record.</param>
    /// <param name="then">What follows; enqueued in the same write.</param>
    Task<bool> EraseAsync(
        ErasureBatch batch,
        long by,
        ReadGuard guard,
        JobDraft then,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Takes what was erased out of the database's files. False: a reader was in the way; try again.
    /// </summary>
    Task<bool> ScrubAsync(CancellationToken cancellationToken = default);

    /// <summary>Scopes of day keys of a log's visitors whose day is before; see <c>PersonScope</c>.</summary>
    Task<IReadOnlyList<string>> VisitorDaysAsync(
        string org,
        DateOnly before,
        CancellationToken cancellationToken = default
    );
}

/// <param name="Entries">In the order of the log.</param>
public sealed record ErasureBatch(string Org, IReadOnlyList<ErasableEntry> Entries)
{
    /// <summary>What the record is to say.</summary>
    public RetentionNotice Notice()
    {
        using var digest = new ErasureDigest();
        foreach (var entry in Entries)
        {
            digest.Add(entry.Index, entry.Stream.Value, entry.Seq, entry.Hash.Span);
        }

        return digest.Notice();
    }

    /// <summary>Whether a record speaks of exactly these.</summary>
    internal bool IsSpokenOfBy(LogEntry? record) =>
        record?.Body is { } body && RetentionNotice.TryParse(body.Span, out var notice) && notice == Notice();

    internal InvalidOperationException NotSpokenOf(long by) =>
        new($"No record at {by} of '{Org}' speaks of this erasure under a checkpoint.");
}

public sealed record ErasableEntry(long Index, StreamId Stream, long Seq, ReadOnlyMemory<byte> Hash);
