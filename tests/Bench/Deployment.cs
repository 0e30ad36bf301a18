using System.Collections.Concurrent;
using System.Globalization;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>One app on the product and the same app by hand, for benches that deploy it again and again.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    private const string App = "bench";

    private readonly int _replicas;
    private readonly HttpClient _router = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Dictionary<string, string> _images = [];
    private readonly SampleSource _source;
    private readonly HandMadeRack _floor;
    private readonly BenchServer _server;
    private List<string> _running = [];
    private int _number;

    private Deployment(int replicas, SampleSource source, BenchServer server, HandMadeRack floor) =>
        (_replicas, _source, _server, _floor) = (replicas, source, server, floor);

    public static async Task<Deployment> StartAsync(int replicas, CancellationToken ct)
    {
        var server = await BenchServer.StartAsync(ct);
        try
        {
            await server.CreateAppAsync(App, ct);
            return new(replicas, new SampleSource(replicas), server, await HandMadeRack.StartAsync(ct));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public string NextVersion() => string.Create(CultureInfo.InvariantCulture, $"v{++_number}");

    /// <summary>From the upload of a new version to its healthy answers through the router, in milliseconds.</summary>
    public async Task<double> DeployAsync(CancellationToken ct)
    {
        var version = NextVersion();
        var archive = _source.Pack(version);
        var release = "";
        var milliseconds = await Rounds.MillisecondsAsync(
            async token =>
            {
                release = (await _server.BuildAsync(App, archive, token)).Release;
                await _server.PromoteAsync(App, release, token);
                await AnsweringAsync(release, version, token);
            },
            ct
        );
        await _server.SettledAsync(App, release, _replicas, ct);
        return milliseconds;
    }

    /// <summary>The same by hand, from the unpacked source to healthy answers of the containers.</summary>
    public async Task<double> DeployByHandAsync(CancellationToken ct)
    {
        var version = NextVersion();
        _source.Write(version);
        List<string> started = [];
        var milliseconds = await Rounds.MillisecondsAsync(
            async token =>
                started = await RunByHandAsync(await _floor.BuildAsync(_source.Folder, token), version, token),
            ct
        );
        await ReplaceAsync(started, ct);
        return milliseconds;
    }

    /// <summary>Builds a version without promoting it. Gives the build's id.</summary>
    public async Task<string> BuildAsync(string version, CancellationToken ct) =>
        (await _server.BuildAsync(App, _source.Pack(version), ct)).Build;

    /// <summary>
    /// From asking for the promote to healthy answers through the router, in milliseconds. As the client's rollback
    /// does it, the release is a copy of the one that had this build.
    /// </summary>
    public async Task<double> RollBackAsync(string build, string version, CancellationToken ct)
    {
        var copy = await _server.PostAsync(
            $"/apps/{App}/releases",
            new() { ["build"] = build, ["description"] = $"rollback to {version}" },
            ct
        );
        var release = copy.GetProperty("id").GetString()!;
        var milliseconds = await Rounds.MillisecondsAsync(
            async token =>
            {
                await _server.PromoteAsync(App, release, token);
                await AnsweringAsync(release, version, token);
            },
            ct
        );
        await _server.SettledAsync(App, release, _replicas, ct);
        return milliseconds;
    }

    /// <summary>The same by hand, of an image that is built once for each version.</summary>
    public async Task<double> RunByHandAsync(string version, CancellationToken ct)
    {
        if (!_images.TryGetValue(version, out var image))
        {
            _source.Write(version);
            image = _images[version] = await _floor.BuildAsync(_source.Folder, ct);
        }

        List<string> started = [];
        var milliseconds = await Rounds.MillisecondsAsync(
            async token => started = await RunByHandAsync(image, version, token),
            ct
        );
        await ReplaceAsync(started, ct);
        return milliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        _router.Dispose();
        _source.Dispose();
        await _floor.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>One replica: its version has answered. More: each of them is healthy and has answered.</summary>
    private async Task AnsweringAsync(string release, string version, CancellationToken ct)
    {
        var host =
            $"web.{App}.{string.Join('.', _server.Rack.Split('/').Reverse())}.localhost:{_server.Process.RouterPort}";
        var router = new Uri($"http://127.0.0.1:{_server.Process.RouterPort}");
        if (_replicas == 1)
        {
            await FirstAnswer.WaitAsync(_router, new Uri(router, SampleSource.VersionPath), host, version, ct);
            return;
        }

        await Poll.UntilAsync(
            async () =>
                (await _server.GetAsync($"/apps/{App}/processes", ct))
                    .EnumerateArray()
                    .Count(p =>
                        p.GetProperty("release").GetString() == release
                        && p.GetProperty("status").GetString() == "running"
                    ) == _replicas,
            TimeSpan.FromMinutes(3),
            $"{_replicas} healthy processes of {release}",
            TimeSpan.FromMilliseconds(50),
            ct
        );
        var answered = new ConcurrentDictionary<string, byte>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 4),
            ct,
            async (_, token) =>
            {
                for (var asked = 0; answered.Count < _replicas; asked++)
                {
                    var (status, answer) = await FirstAnswer.AskAsync(
                        _router,
                        new Uri(router, SampleSource.WhoPath),
                        host,
                        token
                    );
                    if (status == 200 && answer.StartsWith(version + " ", StringComparison.Ordinal))
                    {
                        answered[answer] = 0;
                    }
                    else if (asked > 5_000)
                    {
                        throw new TimeoutException(
                            $"Only {answered.Count} of {_replicas} answered through the router; the last answer was {status} '{answer}'."
                        );
                    }
                }
            }
        );
    }

    // One after the other pair: the engine makes containers under one lock, and two at a time keep it busy; more only
    // contend (measured).
    private async Task<List<string>> RunByHandAsync(string image, string version, CancellationToken ct)
    {
        var started = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, _replicas),
            new ParallelOptions { MaxDegreeOfParallelism = HandMadeAtOnce, CancellationToken = ct },
            async (_, token) => started.Add(await _floor.RunAsync(image, version, token, asking: _replicas == 1))
        );
        return [.. started];
    }

    private static int HandMadeAtOnce =>
        int.Parse(Environment.GetEnvironmentVariable("BENCH_AT_ONCE") ?? "4", CultureInfo.InvariantCulture);

    private async Task ReplaceAsync(List<string> started, CancellationToken ct)
    {
        await _floor.RemoveAsync(_running, ct);
        _running = started;
    }
}
