using Microsoft.Data.Sqlite;
using Palisade.Storage.Audit;

namespace Palisade.Grains.Tests.Audit;

/// <summary>A body that somebody took out of the database, of which no record of retention speaks.</summary>
internal static class LostBody
{
    public static void Take(string database, LogEntry entry)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "DROP TRIGGER journal_body_no_delete; DELETE FROM journal_body WHERE stream = $stream AND seq = $seq";
        command.Parameters.AddWithValue("$stream", entry.Stream.Value);
        command.Parameters.AddWithValue("$seq", entry.Seq);
        command.ExecuteNonQuery();
    }
}
