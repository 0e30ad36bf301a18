namespace Palisade.Storage;

/// <summary>
/// The row that a query stands at, columns by index. What rows mean is said once, over this, and each database brings
/// its own statements.
/// </summary>
internal interface IRow
{
    long Int64(int column);

    string Text(int column);

    byte[] Blob(int column);

    bool IsNull(int column);
}

internal static class Row
{
    public static int Int32(this IRow row, int column) => checked((int)row.Int64(column));

    /// <summary>See <see cref="StoreTime"/>.</summary>
    public static DateTimeOffset Time(this IRow row, int column) => StoreTime.FromMicroseconds(row.Int64(column));

    public static string? TextOrNull(this IRow row, int column) => row.IsNull(column) ? null : row.Text(column);

    public static long? Int64OrNull(this IRow row, int column) => row.IsNull(column) ? null : row.Int64(column);

    public static DateTimeOffset? TimeOrNull(this IRow row, int column) => row.IsNull(column) ? null : row.Time(column);
}
