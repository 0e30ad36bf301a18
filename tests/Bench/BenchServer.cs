using System.Data.Common;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// The product as a process, and its first administrator's calls over one pool of keep-alive connections.
/// </summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly string? _postgres;

    private BenchServer(ServerProcess process, FirstRun first, string? postgres)
    {
        (Process, _postgres) = (process, postgres);
        Rack = $"{first.Organization}/{first.Rack}";
        Authorization = Convert.ToBase64String(Encoding.UTF8.GetBytes($"convox:{first.CliToken}"));
        Http = process.NewHttpClient();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Authorization);
        Http.DefaultRequestHeaders.Add("Rack", Rack);
    }

    public ServerProcess Process { get; }

    public HttpClient Http { get; }

    /// <summary><c>org/rack</c></summary>
    public string Rack { get; }

    private string Authorization { get; }

    /// <summary>The headers of every call, for <see cref="KeepAliveConnection.Request"/>.</summary>
    public string[] Headers => [$"Authorization: Basic {Authorization}", $"Rack: {Rack}"];

    public string Certificate => Path.Combine(Process.Data, "tls", "server.pem");

    public static async Task<BenchServer> StartAsync(CancellationToken ct)
    {
        var process = await StartProcessAsync(new Dictionary<string, string>(), ct);
        return new(process, process.FirstRun, null);
    }

    /// <summary>One that shares a PostgreSQL database.</summary>
    /// <param name="settings">Where its database and what nodes share are.</param>
    /// <param name="first">The server that made the administrator; null for the first one.</param>
    public static async Task<BenchServer> StartNodeAsync(
        IReadOnlyDictionary<string, string> settings,
        string postgres,
        BenchServer? first,
        CancellationToken ct
    )
    {
        var process = await StartProcessAsync(settings, ct);
        return new(process, (first?.Process ?? process).FirstRun, postgres);
    }

    /// <summary>One call. Gives the answer's JSON; throws what the server says of a refusal.</summary>
    public async Task<JsonElement> CallAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await Http.SendAsync(request, ct);
        var body = await answer.Content.ReadAsStringAsync(ct);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {body}");
        }

        return answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonElement.Parse(body) : default;
    }

    public Task<JsonElement> GetAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Get, path, null, ct);

    public async Task<JsonElement> PostAsync(string path, Dictionary<string, string> form, CancellationToken ct)
    {
        using var content = new FormUrlEncodedContent(form);
        return await CallAsync(HttpMethod.Post, path, content, ct);
    }

    /// <summary>Creates an app and waits until it is there.</summary>
    public async Task CreateAppAsync(string app, CancellationToken ct)
    {
        await PostAsync("/apps", new() { ["name"] = app }, ct);
        await SettledAsync(app, null, null, ct);
    }

    /// <summary>Uploads a source and waits for its build.</summary>
    public async Task<(string Build, string Release)> BuildAsync(string app, byte[] archive, CancellationToken ct)
    {
        using var content = new ByteArrayContent(archive)
        {
            Headers = { ContentType = new("application/octet-stream") },
        };
        var key = Guid.NewGuid().ToString("n")[..30];
        var uploaded = await CallAsync(HttpMethod.Post, $"/apps/{app}/objects/tmp/{key}.tgz", content, ct);
        var build = await PostAsync(
            $"/apps/{app}/builds",
            new() { ["url"] = uploaded.GetProperty("Url").GetString()! },
            ct
        );
        var path = $"/apps/{app}/builds/{build.GetProperty("id").GetString()}";
        while (build.GetProperty("status").GetString() is "created" or "running")
        {
            await Task.Delay(10, ct);
            build = await GetAsync(path, ct);
        }

        return build.GetProperty("status").GetString() == "complete"
            ? (build.GetProperty("id").GetString()!, build.GetProperty("release").GetString()!)
            : throw new InvalidOperationException($"The build failed: {build}");
    }

    public Task PromoteAsync(string app, string release, CancellationToken ct) =>
        PostAsync($"/apps/{app}/releases/{release}/promote", [], ct);

    /// <summary>
    /// Waits until the app runs that release and, when a number is given, has so many processes and no others, until
    /// nothing is done about it any more: what is made by hand is measured when the one before is gone, too.
    /// </summary>
    public Task SettledAsync(string app, string? release, int? processes, CancellationToken ct) =>
        Poll.UntilAsync(
            async () =>
            {
                var now = await GetAsync($"/apps/{app}", ct);
                return now.GetProperty("status").GetString() == "running"
                    && (release is null || now.GetProperty("release").GetString() == release)
                    && (
                        processes is null
                        || (await GetAsync($"/apps/{app}/processes", ct)).GetArrayLength() == processes
                    )
                    && JobsOf(app) == 0;
            },
            TimeSpan.FromMinutes(3),
            $"{app} running {release}",
            TimeSpan.FromMilliseconds(100),
            ct
        );

    /// <summary>Of an app, that wait or run.</summary>
    private long JobsOf(string app)
    {
        using DbConnection database = _postgres is null
            ? new SqliteConnection(
                $"Data Source={Path.Combine(Process.Data, "palisade.db")};Mode=ReadOnly;Pooling=False"
            )
            : new NpgsqlConnection(_postgres);
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT count(*) FROM job WHERE stream = @stream AND status < 2";
        var stream = command.CreateParameter();
        (stream.ParameterName, stream.Value) = ("@stream", $"app/{Rack}/{app}");
        command.Parameters.Add(stream);
        return (long)command.ExecuteScalar()!;
    }

    private static Task<ServerProcess> StartProcessAsync(
        IReadOnlyDictionary<string, string> settings,
        CancellationToken ct
    ) =>
        ServerProcess.StartAsync(
            // One person makes all the load here; the limits of one person or organization are not what is measured.
            new()
            {
                Environment = new Dictionary<string, string>(settings)
                {
                    ["Web__RequestsPerSecond"] = "1000000",
                    ["Web__ReleasesPerMinute"] = "100000000",
                    ["Apps__MaxPerOrganization"] = "1000000",
                },
            },
            ct
        );

    /// <summary>Ends the server in an orderly way and starts it on the same data and ports.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        await Process.StopAsync();
        await Process.StartAgainAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
    }
}
