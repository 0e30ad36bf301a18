using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;
using Palisade.Faults.Tests.History;
using Palisade.Faults.Tests.Traffic;

namespace Palisade.Faults.Tests.Cluster;

/// <summary>Reads what is stored with statements of its own, past everything of the product.</summary>
internal sealed class StoredReader(string connectionString)
{
    private const string Streams = """
        SELECT s.id, count(j.seq), min(j.seq), max(j.seq), s.head,
            (SELECT count(*) FROM leaf l JOIN journal e ON e.stream = l.stream AND e.seq = l.seq
                WHERE l.stream = s.id AND l.hash = sha256('\x00'::bytea || e.hash))
        FROM stream s LEFT JOIN journal j ON j.stream = s.id GROUP BY s.id, s.head
        """;

    private const string Events = """
        SELECT j.stream, b.body::json -> 'event' ->> 'name', b.body::json -> 'event' -> 'data'
        FROM journal j JOIN journal_body b ON b.stream = j.stream AND b.seq = j.seq
        WHERE j.stream LIKE 'app/%' AND b.body::json -> 'event' IS NOT NULL ORDER BY j.stream, j.seq
        """;

    private static readonly string[] Statuses = ["queued", "running", "done", "failed", "cancelled", "dead"];

    /// <summary>Jobs that are to end and have not, and entries that are not sealed.</summary>
    public async Task<long> UnfinishedAsync() =>
        (
            await ReadAsync(
                "SELECT (SELECT count(*) FROM job WHERE status < 2 AND NOT standing) + (SELECT count(*) FROM unsealed)",
                row => row.GetInt64(0)
            )
        )[0];

    public async Task<Stored> ReadAsync()
    {
        var events = await ReadAsync(
            Events,
            row =>
                (
                    App: row.GetString(0).Split('/')[^1],
                    Name: row.GetString(1),
                    Data: JsonElement.Parse(row.GetString(2))
                )
        );
        var marks = events
            .Select(e =>
                e.Name switch
                {
                    "app.release_created" => (RegisterClient.EnvironmentOf(e.App), Text(e.Data, "description")),
                    "app.parameters_set" => (RegisterClient.ParameterOf(e.App), e.Data.GetRawText().Split('"')[^2]),
                    _ => default((string Register, string Mark)?),
                }
            )
            .OfType<(string Register, string Mark)>();
        return new()
        {
            Registers = marks
                .GroupBy(m => m.Register, m => m.Mark)
                .ToImmutableDictionary(g => g.Key, g => g.ToImmutableArray()),
            Streams =
            [
                .. await ReadAsync(
                    Streams,
                    row => new StoredStream(
                        row.GetString(0),
                        row.GetInt64(1),
                        Number(row, 2),
                        Number(row, 3),
                        row.GetInt64(4),
                        row.GetInt64(5)
                    )
                ),
            ],
            Jobs =
            [
                .. await ReadAsync(
                    "SELECT id, kind, status, standing FROM job",
                    row => new StoredJob(
                        $"{row.GetString(1)} {row.GetString(0)}",
                        Statuses[row.GetInt32(2)],
                        row.GetBoolean(3)
                    )
                ),
            ],
            Apps =
            [
                .. events
                    .GroupBy(e => e.App, e => e.Name)
                    .Select(app => new StoredApp(
                        app.Key,
                        app.Count(name => name == "app.created"),
                        app.Count(name => name == "app.ready"),
                        app.Count(name => name == "app.deletion_started"),
                        app.Count(name => name == "app.deleted")
                    )),
            ],
        };
    }

    private async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }
        );
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static string Text(JsonElement data, string name) => data.GetProperty(name).GetString()!;

    private static long Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? 0 : row.GetInt64(column);
}
