using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// A server of a test class with its first administrator as the client. NEEDS root and podman, as the product itself
/// does.
/// </summary>
public sealed class JourneyServer : IAsyncLifetime, IDisposable
{
    // One for each host name, as browsers pool connections: HAProxy's earlier worker answers on those that were open at
    // a reload.
    private readonly ConcurrentDictionary<string, HttpClient> _router = new();

    private readonly Dictionary<string, BuildResult> _deployed = [];
    private ServerProcess? _server;

    public ServerOptions Options { get; init; } = new();

    public ServerProcess Server => _server ?? throw new InvalidOperationException("The server was not started.");

    public ConvoxClient Client => ConvoxClient.Of(Server);

    /// <summary>Where a service of the first rack answers.</summary>
    public string HostOf(string app, string service = "web") =>
        $"{service}.{app}.{Server.FirstRun.Rack}.{Server.FirstRun.Organization}.localhost";

    public async Task InitializeAsync() => _server = await ServerProcess.StartAsync(Options);

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    public void Dispose()
    {
        foreach (var client in _router.Values)
        {
            client.Dispose();
        }
    }

    /// <summary>One request through HAProxy. A connection that breaks is an answer of status 0.</summary>
    public async Task<RouterAnswer> GetAsync(string host, string path = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Server.RouterPort}{path}");
        request.Headers.Host = host;
        try
        {
            var client = _router.GetOrAdd(
                host,
                static _ =>
                    new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
                    {
                        Timeout = TimeSpan.FromSeconds(20),
                    }
            );
            using var answer = await client.SendAsync(request);
            return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
        {
            return new(0, $"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <summary>The web app's page, as fields.</summary>
    public async Task<IReadOnlyDictionary<string, string>> PageAsync(string app)
    {
        var answer = await GetAsync(HostOf(app), "/cgi-bin/index.cgi");
        Assert.True(answer.Status == 200, $"{app} answered {answer.Status}: {answer.Text}");
        return answer
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split('=', 2))
            .ToDictionary(p => p[0], p => p[1]);
    }

    /// <summary>An app of its own for a test: created and deployed once by the first who asks.</summary>
    public async Task<BuildResult> DeployedAsync(string app, string source = "web")
    {
        if (!_deployed.TryGetValue(app, out var built))
        {
            using var code = AppSource.Of(source);
            await Client.AppsCreateAsync(app);
            try
            {
                _deployed[app] = built = await Client.DeployAsync(app, code.Folder);
            }
            catch (ConvoxException e)
            {
                throw new InvalidOperationException(
                    $"{app} was not deployed: {e.Message}; {e.Data["reason"]}; {(await LiveStore.AppAsync(this, app)).LastFailure}",
                    e
                );
            }
        }

        return built;
    }

    /// <summary>One plain call of the administrator.</summary>
    public Task<WireResponse> CallAsync(string method, string path, params (string Name, string Value)[] form) =>
        Client.CallAsync(
            new WireRequest(method, path)
            {
                Form = method is "GET" or "DELETE" ? null : form.ToDictionary(f => f.Name, f => f.Value),
            }
        );

    /// <summary>Follows a log until it holds the text; gives all that was read.</summary>
    public static async Task<string> ReadUntilAsync(
        ConvoxSocket socket,
        Func<string, bool> enough,
        string missing,
        TimeSpan? deadline = null
    )
    {
        using var limit = new CancellationTokenSource(deadline ?? TimeSpan.FromMinutes(1));
        var all = new System.Text.StringBuilder();
        var clock = Stopwatch.StartNew();
        try
        {
            while (!enough(all.ToString()) && await socket.ReadAsync(limit.Token) is { } piece)
            {
                all.Append(System.Text.Encoding.UTF8.GetString(piece));
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        Assert.True(
            enough(all.ToString()),
            $"After {clock.Elapsed.TotalSeconds:0.#} s the stream (ended by {socket.EndedBy ?? "nobody"}) lacks {missing}:\n{all}"
        );
        return all.ToString();
    }
}

/// <summary>What came through the router.</summary>
public sealed record RouterAnswer(int Status, string Text);
