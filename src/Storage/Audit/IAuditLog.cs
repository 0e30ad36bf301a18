using System.Collections.Immutable;
using Palisade.Domain.Audit;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Audit;

/// <summary>
/// The log of each organization, "" being the installation: its entries in one order, as leaves of a Merkle tree (RFC
/// 6962) that only grows. An entry waits from its append until a seal gives it its place.
/// </summary>
public interface IAuditLog
{
    /// <summary>
    /// Prefix of the change topic of a log: <c>unsealed/acme/</c> changes when entries begin to wait,
    /// <c>sealed/acme/</c> when they have their place.
    /// </summary>
    static string Topic(string what, string org) => $"{what}/{org}/";

    /// <summary>The organizations of all logs; "" is the installation.</summary>
    Task<ImmutableArray<string>> LogsAsync(CancellationToken cancellationToken = default);

    /// <summary>The log; made, with an origin of its own, when there is none.</summary>
    Task<LogHead> OpenAsync(string org, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives waiting entries their places and publishes a checkpoint that covers them, in one transaction: never half
    /// of it, and never two of one size. At most <see cref="Sealing.MaxEntries"/> at a time.
    /// </summary>
    Task<Sealing> SealAsync(string org, ICheckpointSigner signer, CancellationToken cancellationToken = default);

    /// <summary>The newest checkpoint, or that of a size; null when there is none.</summary>
    Task<StoredCheckpoint?> CheckpointAsync(
        string org,
        long? size = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>What was published of sizes above one, in order. At most 1,000 at a time.</summary>
    Task<ImmutableArray<PublishedNote>> NotesAsync(
        string org,
        long after,
        int limit,
        CancellationToken cancellationToken = default
    );

    /// <summary>Entries from an index on, in order; none past the end. At most 1,000 at a time.</summary>
    Task<ImmutableArray<LogEntry>> ReadAsync(
        string org,
        long from,
        int limit,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Entries at these indexes, in the order asked; those that are none are left out. At most 1,000.
    /// </summary>
    Task<ImmutableArray<LogEntry>> ReadAsync(
        string org,
        ImmutableArray<long> indexes,
        CancellationToken cancellationToken = default
    );

    /// <summary>The index of an entry; null while it waits, or when there is none.</summary>
    Task<long?> IndexOfAsync(StreamId stream, long seq, CancellationToken cancellationToken = default);

    /// <summary>
    /// Hashes of parts of the tree, for proofs; each costs a number of reads that grows with the logarithm of its size.
    /// Within the log.
    /// </summary>
    Task<ImmutableArray<byte[]>> HashesAsync(
        string org,
        ImmutableArray<MerkleSpan> spans,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Recomputes every log from the journal: leaves, tree, checkpoints, and that no entry is outside or twice inside.
    /// </summary>
    Task<ImmutableArray<LogFault>> VerifyAsync(CancellationToken cancellationToken = default);
}

/// <summary>Signs what a log publishes.</summary>
public interface ICheckpointSigner
{
    Task<SignedNote> SignAsync(Checkpoint checkpoint, CancellationToken cancellationToken = default);
}

/// <param name="Origin">Name of the log in its checkpoints: <c>palisade/&lt;16 hex&gt;/&lt;organization&gt;</c>, drawn
/// once.</param>
public sealed record LogHead(string Org, string Origin, long Size);

/// <summary>What a seal did.</summary>
/// <param name="More">Others may be waiting: seal again.</param>
public readonly record struct Sealing(int Count, bool More)
{
    public const int MaxEntries = 1024;
}

public sealed record StoredCheckpoint(long Size, SignedNote Note, DateTimeOffset At)
{
    public Checkpoint Checkpoint =>
        Domain.Audit.Checkpoint.TryParse(Note.Text, out var checkpoint)
            ? checkpoint
            : throw new InvalidDataException("A stored note is no checkpoint.");
}

/// <param name="Note">As stored, whatever it says.</param>
public sealed record PublishedNote(long Size, string Note);

/// <summary>An entry at its place in the log.</summary>
public sealed record LogEntry
{
    public required long Index { get; init; }
    public required StreamId Stream { get; init; }
    public required long Seq { get; init; }
    public required DateTimeOffset At { get; init; }
    public required ImmutableArray<byte> PreviousHash { get; init; }
    public required ImmutableArray<byte> Hash { get; init; }

    /// <summary>The exact bytes that were hashed, UTF-8; null when retention erased them.</summary>
    public required ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>With no body: index of the record that says so.</summary>
    public long? ErasedBy { get; init; }

    /// <summary>Its body is gone, and no record says why: no retention did that.</summary>
    public bool IsMissing => Body is null && ErasedBy is null;

    /// <summary>Actor's id, operation, resource and result, which stay when the body is erased.</summary>
    public required EntryFacets Facets { get; init; }
}

/// <summary>What an entry is counted and found by.</summary>
public sealed record EntryFacets(string Actor, string Operation, string Resource, string Result);

/// <summary>What is wrong with a log, and from which leaf on.</summary>
public sealed record LogFault(string Org, long Index, string Why);
