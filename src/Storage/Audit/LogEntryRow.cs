using System.Collections.Immutable;

namespace Palisade.Storage.Audit;

/// <summary>A row of leaf (as <c>l</c>) with those of its entry.</summary>
internal static class LogEntryRow
{
    public const string Columns =
        "l.idx, l.stream, l.seq, j.at, j.prev_hash, j.hash, b.body, e.by, j.actor, j.operation, j.resource, j.result";

    /// <summary>What is joined to leaf.</summary>
    public const string Entry =
        "JOIN journal j ON j.stream = l.stream AND j.seq = l.seq "
        + "LEFT JOIN journal_body b ON b.stream = l.stream AND b.seq = l.seq "
        + "LEFT JOIN erased_body e ON b.body IS NULL AND e.stream = l.stream AND e.seq = l.seq";

    public static LogEntry Read(IRow row) =>
        new()
        {
            Index = row.Int64(0),
            Stream = new(row.Text(1)),
            Seq = row.Int64(2),
            At = row.Time(3),
            PreviousHash = ImmutableArray.Create(row.Blob(4)),
            Hash = ImmutableArray.Create(row.Blob(5)),
            Body = row.IsNull(6) ? default(ReadOnlyMemory<byte>?) : row.Blob(6),
            ErasedBy = row.Int64OrNull(7),
            Facets = new(row.Text(8), row.Text(9), row.Text(10), row.Text(11)),
        };
}
