namespace Palisade.Storage.Audit;

/// <summary>A row of leaf (as <c>l</c>) with that of its entry (as <c>j</c>).</summary>
internal static class ErasableRow
{
    public const string Columns = "l.idx, l.stream, l.seq, j.hash";

    public static ErasableEntry Read(IRow row) => new(row.Int64(0), new(row.Text(1)), row.Int64(2), row.Blob(3));

    /// <summary>One that was erased; <c>e.by</c> is the next column.</summary>
    public static (long By, ErasableEntry Entry) ReadErased(IRow row) => (row.Int64(4), Read(row));
}
