using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;

namespace Palisade.Storage.Journal;

/// <summary>
/// A unit that is committed whole or not at all: entries on streams under compare-and-swap, read guards, view rows and
/// jobs and limits of them, tickets, and the fence of the job that reports a result.
/// </summary>
public sealed record Append
{
    /// <summary>
    /// The organization that everything in it belongs to, unless a write says otherwise; "" for the installation.
    /// </summary>
    public required string Org { get; init; }

    /// <summary>At most one write per stream, at most 256 entries in all.</summary>
    public ImmutableArray<StreamWrite> Writes { get; init; } = [];

    public ImmutableArray<ReadGuard> Guards { get; init; } = [];

    public ImmutableArray<RowLimit> Limits { get; init; } = [];

    public ImmutableArray<JobLimit> JobLimits { get; init; } = [];

    public ImmutableArray<ViewChange> Views { get; init; } = [];

    public ImmutableArray<JobDraft> Jobs { get; init; } = [];

    /// <summary>
    /// Jobs of the organization that are asked to stop; those that ended, stand for ever or never were are left alone.
    /// A queued one is due at once, on any node, as <see cref="ClaimedJob.CancelRequested"/>: what waits for it must be
    /// told before it ends. A running one sees <see cref="JobRow.CancelRequested"/>.
    /// </summary>
    public ImmutableArray<string> CancelJobs { get; init; } = [];

    /// <summary>
    /// Dead jobs of the organization that are queued again, due at once: refused as a whole with <see cref="Fenced"/>
    /// when one is not a dead one, or no longer. Their attempts go on being counted, so that no fence of an earlier one
    /// holds.
    /// </summary>
    public ImmutableArray<string> RetryJobs { get; init; } = [];

    /// <summary>
    /// Results of jobs: refused as a whole with <see cref="Fenced"/> when the attempt is no longer the current one.
    /// </summary>
    public ImmutableArray<JobFence> Fences { get; init; } = [];

    public ImmutableArray<TicketWrite> Tickets { get; init; } = [];

    /// <summary>
    /// Data keys that are destroyed with it (S30). <see cref="IPersonalData.NoteErasedAsync"/> and
    /// <see cref="IPersonalData.ScrubAsync"/> come after.
    /// </summary>
    public ImmutableArray<KeyErasure> Erasures { get; init; } = [];

    /// <summary>
    /// With a key, a second append of the same key changes nothing and gives <see cref="AlreadyDone"/> with the first
    /// one's answer.
    /// </summary>
    public Idempotency? Idempotency { get; init; }
}

/// <summary>
/// Entries for one stream. <paramref name="ExpectedHead"/> null means "at the head, whatever it is" (record streams
/// only).
/// </summary>
public sealed record StreamWrite(StreamId Stream, long? ExpectedHead, ImmutableArray<EntryDraft> Entries)
{
    /// <summary>
    /// The organization of this stream where it is not the append's: a membership is written to the organization's and
    /// to the person's stream.
    /// </summary>
    public string? Org { get; init; }
}

/// <summary>The append commits only if this stream's head is exactly this (0: the stream does not exist).</summary>
public sealed record ReadGuard(StreamId Stream, long Head)
{
    /// <summary>
    /// It is enough that the head is there at one moment of the commit: a move that is committed meanwhile counts as
    /// later. For streams that very many appends guard, which would otherwise wait for each other.
    /// </summary>
    public bool IsMomentary { get; init; }
}

/// <summary>
/// The append commits only if its organization has fewer than <paramref name="Below"/> view rows of this kind: many who
/// count first and then write would all find room for the last one (S08).
/// </summary>
public sealed record RowLimit(string Kind, long Below);

/// <summary>
/// The append commits only if fewer than <paramref name="Below"/> jobs of this kind wait or run for its organization.
/// </summary>
public sealed record JobLimit(string Kind, long Below);

/// <summary>An <c>Idempotency-Key</c> scoped to its principal, and the answer to give when it comes again.</summary>
public sealed record Idempotency(string Key, string Answer, DateTimeOffset Expires);

/// <summary>What became of an append.</summary>
public abstract record AppendResult;

/// <summary>Durable. Heads of the written streams, in the order of <see cref="Append.Writes"/>.</summary>
public sealed record Appended(ImmutableArray<StreamHead> Heads, DateTimeOffset At) : AppendResult;

/// <summary>A write's or guard's head was not as expected; nothing was written.</summary>
public sealed record HeadMoved(StreamId Stream, long Actual) : AppendResult;

/// <summary>There are as many view rows of the kind as there may be; nothing was written.</summary>
public sealed record LimitReached(string Kind) : AppendResult;

/// <summary>The idempotency key was used before; nothing was written now.</summary>
public sealed record AlreadyDone(string Answer) : AppendResult;

/// <summary>A newer attempt of the job exists, or it is over; nothing was written.</summary>
public sealed record Fenced(string JobId) : AppendResult;

/// <summary>Where a stream stands. Head 0 with an empty hash: it does not exist.</summary>
public sealed record StreamHead(StreamId Stream, long Head, ImmutableArray<byte> Hash);
