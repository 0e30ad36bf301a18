using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// One app's life as the official client drives it: over HTTPS and websockets, on real containers behind HAProxy.
/// </summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed partial class JourneyTests(JourneyServer host)
{
    private readonly ConvoxClient _convox = host.Client;

    [Fact]
    public async Task A_login_finds_the_rack_and_the_rack_says_what_it_is()
    {
        await _convox.LoginAsync();
        var rack = Assert.Single(await _convox.RacksAsync());
        var system = await _convox.SystemAsync();
        var wrong = new ConvoxClient(_convox.Target with { Token = "plt_" + new string('a', 40) });

        Assert.Equal(("local", "running"), (rack.Provider, rack.Status));
        Assert.Equal((rack.Name, "running", "local"), (system.Name, system.Status, system.Provider));
        Assert.True(
            string.CompareOrdinal(system.Version, "20190111211123") > 0,
            $"the client takes {system.Version} for an obsolete rack"
        );
        Assert.Contains(
            "cli token is expired",
            (await Assert.ThrowsAsync<ConvoxException>(() => wrong.RacksAsync())).Message,
            StringComparison.Ordinal
        );
        await Assert.ThrowsAsync<ConvoxException>(() => wrong.LoginAsync());
    }

    [Fact]
    public async Task An_app_is_created_deployed_changed_rolled_back_and_deleted()
    {
        const string App = "life";
        using var source = AppSource.Of("web");
        var created = await _convox.AppsCreateAsync(App);
        Assert.Equal((App, "", "3", false), (created.Name, created.Release, created.Generation, created.Locked));
        await Assert.ThrowsAsync<ConvoxException>(() => _convox.AppsCreateAsync(App));

        var first = await _convox.DeployAsync(App, source.Folder, new() { Description = "the first" });
        Assert.Contains(_convox.SystemLines, l => l.Contains("starting process web", StringComparison.Ordinal));
        var page = await host.PageAsync(App);
        Assert.Equal(("good day", first.ReleaseId), (page["greeting"], page["release"]));

        var build = Assert.Single(await _convox.BuildsAsync(App));
        Assert.Equal(
            (first.BuildId, App, "complete", first.ReleaseId, "the first"),
            (build.Id, build.App, build.Status, build.Release, build.Description)
        );
        Assert.True(build.Ended > build.Started);
        Assert.Equal(first.Log, await _convox.BuildLogsAsync(App, first.BuildId));
        Assert.Equal(
            await _convox.BuildLogsAsync(App, first.BuildId),
            await _convox.BuildLogsAsync(App, first.BuildId)
        );

        var changed = await _convox.EnvSetAsync(
            App,
            new Dictionary<string, string> { ["GREETING"] = "good evening", ["EXTRA"] = "a=b c%d" }
        );
        Assert.Equal("good day", (await host.PageAsync(App))["greeting"]);
        var release = (await _convox.ReleasesAsync(App, 1)).Single();
        Assert.Equal(
            (changed, first.BuildId, "env add:EXTRA add:GREETING"),
            (release.Id, release.Build, release.Description)
        );
        Assert.Equal("a=b c%d", (await _convox.EnvAsync(App))["EXTRA"]);
        await _convox.PromoteAsync(App, changed);
        Assert.Equal("good evening", (await host.PageAsync(App))["greeting"]);

        var unset = await _convox.EnvUnsetAsync(App, ["GREETING"], promote: true);
        Assert.Equal("good day", (await host.PageAsync(App))["greeting"]);
        Assert.DoesNotContain("GREETING", (await _convox.EnvAsync(App)).Keys);
        var older = await Assert.ThrowsAsync<ConvoxException>(() => _convox.PromoteAsync(App, changed));
        Assert.Contains("rollback", older.Message, StringComparison.Ordinal);

        var back = await _convox.RollbackAsync(App, changed);
        page = await host.PageAsync(App);
        Assert.Equal(("good evening", back), (page["greeting"], page["release"]));
        Assert.Equal([back, unset, changed, first.ReleaseId], (await _convox.ReleasesAsync(App)).Select(r => r.Id));

        await _convox.AppsLockAsync(App, locked: true);
        Assert.Contains(
            "locked",
            (await Assert.ThrowsAsync<ConvoxException>(() => _convox.AppsDeleteAsync(App))).Message,
            StringComparison.Ordinal
        );
        Assert.True((await _convox.AppAsync(App)).Locked);
        await _convox.AppsLockAsync(App, locked: false);
        await _convox.AppsDeleteAsync(App);
        await Poll.UntilAsync(
            async () => (await host.GetAsync(host.HostOf(App))).Status == 404,
            TimeSpan.FromMinutes(1),
            "a router that forgot the app"
        );
        Assert.DoesNotContain(await _convox.AppsAsync(), a => a.Name == App);

        var again = await _convox.AppsCreateAsync(App);
        Assert.Equal("", again.Release);
        Assert.Empty(await _convox.ReleasesAsync(App));
        Assert.Empty(await _convox.BuildsAsync(App));
        await _convox.AppsDeleteAsync(App);
    }

    [Fact]
    public async Task Logs_show_requests_as_they_come_and_what_the_system_does()
    {
        const string App = "loud";
        var deployed = await host.DeployedAsync(App);
        await using var socket = await _convox.LogsAsync(App);
        await JourneyServer.ReadUntilAsync(
            socket,
            t => t.Contains("web: release ", StringComparison.Ordinal),
            "what the process said at its start"
        );

        await host.GetAsync(host.HostOf(App), "/unheard-of-before");
        var line = await JourneyServer.ReadUntilAsync(
            socket,
            t => t.Contains("url:/unheard-of-before", StringComparison.Ordinal),
            "the new request"
        );
        Assert.Matches(
            @"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*Z service/web/web-[0-9a-f]{10}-[a-z0-9]{5} .*url:/unheard-of-before",
            line
        );

        await _convox.EnvSetAsync(App, new Dictionary<string, string> { ["GREETING"] = "hush" }, promote: true);
        var seen = await JourneyServer.ReadUntilAsync(
            socket,
            t => t.Contains("every service is healthy", StringComparison.Ordinal),
            "the end of the promote"
        );
        Assert.Contains(" system/", seen, StringComparison.Ordinal);
        Assert.Contains("greets with hush", seen, StringComparison.Ordinal);

        // What the replaced process said is kept, and a filter and an end of the past are honoured.
        await using var past = await _convox.LogsAsync(
            App,
            follow: false,
            since: "1h0m0s",
            filter: "unheard-of-before"
        );
        var kept = System.Text.Encoding.UTF8.GetString(await past.ReadToEndAsync());
        Assert.Contains("url:/unheard-of-before", kept, StringComparison.Ordinal);
        Assert.All(
            kept.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            l => Assert.Contains("unheard-of-before", l, StringComparison.Ordinal)
        );
        Assert.NotEqual(deployed.ReleaseId, (await _convox.AppAsync(App)).Release);
    }
}
