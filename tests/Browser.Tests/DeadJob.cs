using Microsoft.Data.Sqlite;
using Palisade.Driver;

namespace Palisade.Browser.Tests;

/// <summary>
/// A job as it is after its last attempt: it takes ten that throw, minutes apart, so its row is written instead.
/// </summary>
internal static class DeadJob
{
    static DeadJob() => SQLitePCL.Batteries_V2.Init();

    public static async Task MakeAsync(ServerProcess server, string id)
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(server.Data, "palisade.db")};Pooling=False"
        );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE job SET status = 5, error = 'EngineException after 10 attempts' WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
