using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Palisade.Bench;

/// <summary>
/// What one would write by hand on <see cref="BareTables"/>: anybody may ask, an app is a row, a change is one
/// transaction in one round trip. Below <c>/plain</c> with pooled connections, below <c>/multiplexed</c> with few
/// connections that many requests share.
/// </summary>
internal static class BareEndpoints
{
    private const string Select = "SELECT name, status, release, generation, locked, router FROM app WHERE name = $1";
    private const string Update = "UPDATE app SET locked = $2, version = version + 1 WHERE name = $1";
    private const string Insert = "INSERT INTO audit (actor, operation, resource, details) VALUES ($1, $2, $3, $4)";

    /// <summary>Where each kind is.</summary>
    public static readonly string[] Kinds = ["/plain", "/multiplexed"];

    public static void Map(WebApplication app, string database)
    {
        foreach (var kind in Kinds)
        {
            var settings = new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = 32, MaxAutoPrepare = 20 };
            settings.Multiplexing = kind == Kinds[1];
            var source = NpgsqlDataSource.Create(settings);
            app.MapGet($"{kind}/apps/{{name}}", (string name) => GetAsync(source, name));
            app.MapPut(
                $"{kind}/apps/{{name}}",
                async (string name, HttpRequest request) =>
                    await UpdateAsync(source, name, bool.Parse((await request.ReadFormAsync())["lock"]!))
            );
        }
    }

    private static async Task<BareApp> GetAsync(NpgsqlDataSource source, string name)
    {
        await using var command = source.CreateCommand(Select);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return new(
            row.GetString(0),
            row.GetString(1),
            row.GetString(2),
            row.GetString(3),
            row.GetBoolean(4),
            row.GetString(5),
            []
        );
    }

    private static async Task<string> UpdateAsync(NpgsqlDataSource source, string name, bool locked)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(
            new(Update)
            {
                Parameters =
                {
                    new NpgsqlParameter<string> { TypedValue = name },
                    new NpgsqlParameter<bool> { TypedValue = locked },
                },
            }
        );
        string[] audit = ["User:u0123456789", "app.update", $"local/{name}", $"{{\"locked\":\"{locked}\"}}"];
        var insert = new NpgsqlBatchCommand(Insert);
        foreach (var value in audit)
        {
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        }

        batch.BatchCommands.Add(insert);
        await batch.ExecuteNonQueryAsync();
        return "OK";
    }
}
