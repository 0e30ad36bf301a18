namespace Palisade.Storage.Moving;

/// <summary>The values of a row, the same for both databases.</summary>
internal static class RowValues
{
    /// <summary>Fills <paramref name="values"/> with <c>long</c>, <c>string</c>, <c>byte[]</c> or null.</summary>
    public static void Read(StoredTable table, IRow row, object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = row.IsNull(i) ? null : ValueOf(table, table.Columns[i], row, i);
        }
    }

    private static object ValueOf(StoredTable table, StoredColumn column, IRow row, int place) =>
        column.Kind switch
        {
            StoredKind.Bytes => row.Blob(place),
            // As the store writes it there.
            StoredKind.Output => row.Text(place).Replace('\0', '\uFFFD'),
            StoredKind.Text when row.Text(place) is var text => text.Contains('\0', StringComparison.Ordinal)
                ? throw new StoreUnusableException(
                    $"The column {column.Name} of a row of {table.Name} holds the character U+0000, which PostgreSQL can't."
                )
                : text,
            _ => row.Int64(place),
        };
}
