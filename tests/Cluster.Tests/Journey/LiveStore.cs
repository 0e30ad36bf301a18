using Microsoft.Data.Sqlite;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>Reads the database of a running server, for what its API does not show.</summary>
public static class LiveStore
{
    static LiveStore() => SQLitePCL.Batteries_V2.Init();

    public static async Task<AppView> AppAsync(JourneyServer host, string app)
    {
        var rows = await ReadAsync(
            host,
            "SELECT json FROM view WHERE kind = 'app' AND key = $key",
            $"{host.Server.FirstRun.Rack}/{app}"
        );
        return ViewJson.Read<AppView>(Assert.Single(rows));
    }

    /// <summary>Bodies of an app's own records, oldest first.</summary>
    public static Task<IReadOnlyList<string>> RecordsAsync(JourneyServer host, string app) =>
        ReadAsync(
            host,
            "SELECT body FROM journal_body WHERE stream = $key ORDER BY seq",
            $"app/{host.Server.FirstRun.Organization}/{host.Server.FirstRun.Rack}/{app}"
        );

    /// <summary>Bodies of records about an app in any stream, oldest first.</summary>
    public static Task<IReadOnlyList<string>> AboutAsync(JourneyServer host, string app) =>
        ReadAsync(
            host,
            "SELECT b.body FROM journal j JOIN journal_body b USING (stream, seq) WHERE j.resource = $key ORDER BY j.at",
            $"{host.Server.FirstRun.Rack}/{app}"
        );

    private static async Task<IReadOnlyList<string>> ReadAsync(JourneyServer host, string sql, string key)
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(host.Server.Data, "palisade.db")};Mode=ReadOnly;Pooling=False"
        );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$key", key);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
