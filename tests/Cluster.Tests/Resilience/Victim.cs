using System.Security.Cryptography;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>
/// An app that is worked on while the server is killed. Remembers what the server has acknowledged, and what it was
/// asked last without an answer, which it may or may not have done.
/// </summary>
internal sealed class Victim(ServerProcess server, string name, byte[] source)
{
    private readonly HashSet<string> _builds = [];
    private readonly HashSet<string> _releases = [];
    private string _promoted = "";
    private string? _asked;
    private bool _mayBeGone = true;
    private bool _mustBeGone = true;

    public string Name => name;

    /// <summary>Ends what is being done with it, at its next step.</summary>
    public CancellationToken Stop { get; set; }

    /// <summary>Whether the last thing known is that it is there.</summary>
    public bool Exists => !_mustBeGone;

    /// <summary>Acknowledged promotes so far in the app's life.</summary>
    public int Promotes { get; private set; }

    private ConvoxClient Client => ConvoxClient.Of(server);

    /// <summary>create → upload → build → promote → running. What is there already is not made again.</summary>
    public async Task DeployAsync()
    {
        if (_mustBeGone)
        {
            (_mustBeGone, _mayBeGone) = (false, true);
            await SendAsync("POST", "/apps", ("name", name));
            _mayBeGone = false;
        }

        await UntilAsync(a => a.Status == "running", "running before the build");
        var key = $"tmp/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(15))}.tgz";
        var uploaded = (await Client.CallAsync(new("POST", $"/apps/{name}/objects/{key}") { Body = source }))
            .OrThrow()
            .Json<WireObject>();
        var build = (await SendAsync("POST", $"/apps/{name}/builds", ("url", uploaded.Url))).Json<WireBuild>().Id;
        _builds.Add(build);
        var release = await BuiltAsync(build);
        _releases.Add(release);
        await PromoteAsync(release);
    }

    /// <summary>A new environment, promoted.</summary>
    public async Task SetAsync()
    {
        var release = (
            await SendAsync(
                "POST",
                $"/apps/{name}/releases",
                ("env", $"GREETING={RandomNumberGenerator.GetHexString(8)}")
            )
        )
            .Json<WireRelease>()
            .Id;
        _releases.Add(release);
        await PromoteAsync(release);
    }

    /// <summary>A copy of an older release, promoted: the client's rollback.</summary>
    public async Task RollbackAsync()
    {
        var old = (await ReleasesAsync())[^1];
        var copy = (await SendAsync("POST", $"/apps/{name}/releases", ("build", old.Build ?? ""), ("env", "")))
            .Json<WireRelease>()
            .Id;
        _releases.Add(copy);
        await PromoteAsync(copy);
    }

    public async Task DeleteAsync()
    {
        _mayBeGone = true;
        (await Client.CallAsync(new("DELETE", $"/apps/{name}"))).OrThrow();
        Gone();
        await UntilGoneAsync();
    }

    /// <summary>
    /// Waits until everything that was begun is over and checks it against what was acknowledged. Gives the release
    /// that runs, "" for none, null when the app is gone.
    /// </summary>
    public async Task<string?> ConvergedAsync()
    {
        if (_mustBeGone)
        {
            await UntilGoneAsync();
            return null;
        }

        var app = await SettledAsync();
        if (app is null)
        {
            Assert.True(_mayBeGone, $"the app {name}, whose creation was acknowledged, is gone");
            Gone();
            return null;
        }

        // The question of whether it was deleted or made is answered now.
        _mayBeGone = false;
        foreach (var build in _builds)
        {
            // Nothing is wrong with the source: a build that was begun is completed, once.
            _releases.Add(await BuiltAsync(build));
        }

        var builds = (await Client.CallAsync(new("GET", $"/apps/{name}/builds?limit=100")))
            .OrThrow()
            .Json<WireBuild[]>();
        await Task.WhenAll(builds.Select(b => BuiltAsync(b.Id)));
        var releases = await ReleasesAsync();
        Assert.Superset(_builds, builds.Select(b => b.Id).ToHashSet());
        Assert.Superset(_releases, releases.Select(r => r.Id).ToHashSet());
        app = await SettledAsync();
        var running = app!.Release ?? "";
        Assert.True(
            running == _promoted || running == _asked,
            $"{name} runs '{running}'; promoted was '{_promoted}', asked for without an answer '{_asked}'"
        );
        (_promoted, _asked) = (running, null);
        return running;
    }

    private void Gone()
    {
        (_mustBeGone, _promoted, _asked) = (true, "", null);
        _builds.Clear();
        _releases.Clear();
        Promotes = 0;
    }

    private async Task PromoteAsync(string release)
    {
        _asked = release;
        await SendAsync("POST", $"/apps/{name}/releases/{release}/promote", ("force", "false"));
        (_promoted, _asked) = (release, null);
        Promotes++;
        await UntilAsync(a => a.Status == "running" && a.Release == release, $"running {release}");
    }

    private async Task<string> BuiltAsync(string id)
    {
        var done = await Poll.ForAsync(
            async () =>
                (await Client.CallAsync(new("GET", $"/apps/{name}/builds/{id}"))).OrThrow().Json<WireBuild>()
                    is { Status: not ("running" or "created") } b
                    ? b
                    : null,
            Deadline,
            $"the end of build {id}",
            ct: Stop
        );
        Assert.True(
            done.Status == "complete" && done.Release is { Length: > 0 },
            $"build {id} is {done.Status}: {done.Reason}"
        );
        return done.Release!;
    }

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private async Task<WireRelease[]> ReleasesAsync() =>
        (await Client.CallAsync(new("GET", $"/apps/{name}/releases?limit=100"))).OrThrow().Json<WireRelease[]>();

    private async Task<WireApp?> FindAsync()
    {
        var answer = await Client.CallAsync(new("GET", $"/apps/{name}"));
        return answer.Status == 404 ? null : answer.OrThrow().Json<WireApp>();
    }

    /// <summary>Running, or gone: nothing is going on.</summary>
    private async Task<WireApp?> SettledAsync()
    {
        WireApp? app = null;
        await Poll.UntilAsync(
            async () => (app = await FindAsync()) is null or { Status: "running" },
            Deadline,
            $"the app {name} running or gone",
            ct: Stop
        );
        return app;
    }

    private Task UntilGoneAsync() =>
        Poll.UntilAsync(async () => await FindAsync() is null, Deadline, $"the end of the app {name}", ct: Stop);

    private Task UntilAsync(Func<WireApp, bool> condition, string what) =>
        Poll.UntilAsync(
            async () => await FindAsync() is { } app && condition(app),
            Deadline,
            $"the app {name} {what}",
            ct: Stop
        );

    private async Task<WireResponse> SendAsync(string method, string path, params (string Name, string Value)[] form)
    {
        Stop.ThrowIfCancellationRequested();
        return (
            await Client.CallAsync(new(method, path) { Form = form.ToDictionary(f => f.Name, f => f.Value) })
        ).OrThrow();
    }
}
