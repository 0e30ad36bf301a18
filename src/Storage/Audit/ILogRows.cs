using Palisade.Domain.Audit;

namespace Palisade.Storage.Audit;

/// <summary>Everything that is kept of one log, as of one moment.</summary>
internal interface ILogRows
{
    LogRow Log();

    /// <summary>In the order of their sizes.</summary>
    List<KeptCheckpoint> Checkpoints();

    /// <summary>From an index on, in order.</summary>
    List<KeptLeaf> Leaves(long from, long limit);

    List<(MerkleNode Node, byte[] Hash)> Nodes();

    /// <summary>The erased entries by the record that speaks of them, in the order of the log.</summary>
    List<(long By, ErasableEntry Entry)> Erased();

    LogEntry? Entry(long index);
}

internal sealed record KeptCheckpoint(long Size, byte[] Root, string Note)
{
    public static KeptCheckpoint Read(IRow row) => new(row.Int64(0), row.Blob(1), row.Text(2));
}

/// <param name="Entry">The hash of its entry; null when there is none.</param>
internal sealed record KeptLeaf(long Index, byte[] Hash, byte[]? Entry)
{
    public static KeptLeaf Read(IRow row) => new(row.Int64(0), row.Blob(1), row.IsNull(2) ? null : row.Blob(2));
}
