using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Journal;

/// <summary>The append-only, hash-chained truth. All times are the store's clock.</summary>
public interface IJournal
{
    /// <summary>
    /// Commits durably before it completes. Cancelling before the commit has begun may abandon it; from then on the
    /// token has no effect, so an answered cancellation does not prove that nothing was written.
    /// </summary>
    Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken = default);

    /// <summary>The answer of the append that used the idempotency key and is not expired, or null.</summary>
    Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Entries with a seq above <paramref name="afterSeq"/>, in order.</summary>
    IAsyncEnumerable<StoredEntry> ReadAsync(
        StreamId stream,
        long afterSeq,
        CancellationToken cancellationToken = default
    );

    /// <summary>Heads as of a read that began after the call (the freshness read); in the order asked.</summary>
    ValueTask<ImmutableArray<StreamHead>> HeadsAsync(
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken = default
    );

    /// <summary>The latest snapshot of that schema version, or null; other versions are dropped.</summary>
    Task<StoredSnapshot?> ReadSnapshotAsync(
        StreamId stream,
        int schemaVersion,
        CancellationToken cancellationToken = default
    );

    /// <summary>Replaces the snapshot when newer. A cache: losing it costs a replay, nothing else.</summary>
    Task SaveSnapshotAsync(StreamId stream, StoredSnapshot snapshot, CancellationToken cancellationToken = default);

    /// <summary>
    /// Recomputes the chain of a stream: null when it holds, otherwise the first entry that does not and why.
    /// </summary>
    Task<ChainFault?> VerifyAsync(StreamId stream, CancellationToken cancellationToken = default);

    /// <summary>Records of an org newest first, for audit views; filter members are and-ed.</summary>
    Task<ImmutableArray<StoredEntry>> SearchAsync(EntryFilter filter, CancellationToken cancellationToken = default);
}

/// <summary>An entry as stored: the exact body, its hash, and the columns that repeat what the body says.</summary>
public sealed record StoredEntry
{
    public required StreamId Stream { get; init; }
    public required long Seq { get; init; }
    public required string Org { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Its name is "" where the body holds it sealed: see <see cref="Personal.IPersonalData"/>.</summary>
    public required Principal Actor { get; init; }
    public required string Operation { get; init; }
    public required string ResourceType { get; init; }
    public required string Resource { get; init; }
    public required EntryResult Result { get; init; }
    public required string RequestId { get; init; }

    /// <summary>The exact canonical JSON that was hashed; "" when <see cref="Erased"/>.</summary>
    public required string Body { get; init; }

    /// <summary>Retention erased the body; the hash is what it was.</summary>
    public bool Erased { get; init; }
    public required ImmutableArray<byte> PreviousHash { get; init; }
    public required ImmutableArray<byte> Hash { get; init; }

    /// <summary>The domain event, upcast to its newest version; null on record-only entries.</summary>
    public IDomainEvent? Event { get; init; }
}

/// <summary>Folded state of a stream up to <paramref name="Seq"/>.</summary>
public sealed record StoredSnapshot(long Seq, int SchemaVersion, ReadOnlyMemory<byte> Body);

public sealed record ChainFault(StreamId Stream, long Seq, string Why);

/// <summary>Which records to list; null members do not filter. <see cref="Limit"/> ≤ 1,000.</summary>
public sealed record EntryFilter
{
    public required string Org { get; init; }
    public string? ActorId { get; init; }
    public string? Operation { get; init; }
    public string? Resource { get; init; }
    public EntryResult? Result { get; init; }
    public string? RequestId { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>Goes on after this place of an earlier answer.</summary>
    public (DateTimeOffset At, StreamId Stream, long Seq)? After { get; init; }

    public int Limit { get; init; } = 100;
}
