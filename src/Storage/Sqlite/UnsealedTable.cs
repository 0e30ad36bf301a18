using Palisade.Domain.Audit;

namespace Palisade.Storage.Sqlite;

/// <summary>Entries that wait for their place in the log.</summary>
/// <param name="Last">Number of the last of them.</param>
/// <param name="Hashes">The entries' hashes, one after the other.</param>
internal sealed record Waiting(int Count, long Last, byte[] Hashes);

/// <summary>Rows of unsealed.</summary>
internal static class UnsealedTable
{
    public static Waiting First(Connection connection, string org, int limit)
    {
        using var row = connection
            .Prepare("SELECT n, hash FROM unsealed WHERE org = ? ORDER BY n LIMIT ?")
            .Add(org)
            .Add(limit);
        var (count, last, hashes) = (0, 0L, new byte[limit * Merkle.HashBytes]);
        for (; row.Step(); count++)
        {
            last = row.Int64(0);
            row.Blob(1).CopyTo(hashes, count * Merkle.HashBytes);
        }

        return new(count, last, hashes[..(count * Merkle.HashBytes)]);
    }

    public static long LastNumber(Connection connection)
    {
        using var row = connection.Prepare("SELECT coalesce(max(n), 0) FROM unsealed");
        row.Step();
        return row.Int64(0);
    }
}
