using System.Text;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// What can go wrong in a deploy: each ends soon, in the right status, says why to whoever looks, and leaves the old
/// release serving.
/// </summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed partial class FailureTests(JourneyServer host)
{
    private const string App = "steady";

    /// <summary>Ends a test that hangs.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(3);
    private readonly ConvoxClient _convox = host.Client;

    [Fact]
    public async Task A_release_that_exits_at_start_is_rolled_back()
    {
        using var source = AppSource.Of("web").With("start", "#!/bin/sh\necho 'I give up'\nexit 3\n");
        var cause = await RolledBackAsync(source);

        Assert.Matches(@"web: process web-[0-9a-f]{10}-[a-z0-9]{5} exited with code 3", cause);
        Assert.Contains("I give up", await LogAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_whose_health_check_answers_wrongly_is_rolled_back()
    {
        using var source = AppSource.Of("web").Replace("convox.yml", "health: /healthz", "health: /not-there");
        var cause = await RolledBackAsync(source);

        Assert.Contains("web: health check /not-there", cause, StringComparison.Ordinal);
        Assert.Contains("404", cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_never_answers_is_rolled_back_after_the_racks_deadline()
    {
        await host.DeployedAsync(App);
        (await host.CallAsync("PUT", "/system", ("parameters", "health_deadline=5"))).OrThrow();
        try
        {
            using var source = AppSource.Of("web").With("start", "#!/bin/sh\ntrap 'exit 0' TERM\nsleep 600 &\nwait\n");
            var cause = await RolledBackAsync(source);

            Assert.Contains("no good answer within", cause, StringComparison.Ordinal);
            Assert.Contains("on port 3000", cause, StringComparison.Ordinal);
        }
        finally
        {
            (await host.CallAsync("PUT", "/system", ("parameters", "HealthDeadline=60"))).OrThrow();
        }
    }

    [Fact]
    public async Task A_process_that_takes_too_much_memory_is_said_to()
    {
        using var source = AppSource.Of("web").With("start", "#!/bin/sh\nexec tail -c 300000000 /dev/zero\n");
        var cause = await RolledBackAsync(source);

        Assert.Contains("ran out of memory", cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_asks_for_more_memory_than_the_machine_has_is_said_to()
    {
        using var source = AppSource.Of("web").Replace("convox.yml", "memory: 64", "memory: 1000000");
        var cause = await RolledBackAsync(source);

        Assert.Contains(
            "does not fit on the rack's machine: its processes would take 1000000 MiB of memory",
            cause,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Required_variables_that_are_missing_are_all_named_before_anything_is_touched()
    {
        await host.DeployedAsync(App);
        using var source = AppSource
            .Of("web")
            .Replace(
                "convox.yml",
                "  - GREETING=good day\n",
                "  - GREETING=good day\n  - NEEDED_FIRST\n  - NEEDED_SECOND\n"
            );
        var before = (await _convox.AppAsync(App)).Release;
        var processes = (await _convox.PsAsync(App)).Select(p => p.Id);

        var refusal = await Assert.ThrowsAsync<ConvoxException>(() => _convox.DeployAsync(App, source.Folder));

        Assert.InRange(refusal.Status, 400, 499);
        Assert.Contains("NEEDED_FIRST", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("NEEDED_SECOND", refusal.Message, StringComparison.Ordinal);
        var app = await _convox.AppAsync(App);
        Assert.Equal((before, "running"), (app.Release, app.Status));
        Assert.Equal(processes, (await _convox.PsAsync(App)).Select(p => p.Id));
        Assert.Contains(
            await LiveStore.AboutAsync(host, App),
            r =>
                r.Contains("\"failed\"", StringComparison.Ordinal)
                && r.Contains("NEEDED_SECOND", StringComparison.Ordinal)
        );
    }

    /// <summary>
    /// Deploys what must fail on the rack, under steady requests; gives the cause as it is told everywhere.
    /// </summary>
    private async Task<string> RolledBackAsync(AppSource source)
    {
        await host.DeployedAsync(App);
        var before = (await _convox.AppAsync(App)).Release;
        string? answer;
        await using (var steady = SteadyRequests.Of(host, App))
        {
            var failure = await Assert.ThrowsAsync<ConvoxException>(() => _convox.DeployAsync(App, source.Folder));
            Assert.Equal("rollback", failure.Message);
            await Poll.UntilAsync(
                async () => (await _convox.AppAsync(App)).Status == "running",
                Soon,
                "the status running after the rollback"
            );
            answer = (await _convox.AppAsync(App)).Release;
            await steady.MustHaveBeenAnsweredAsync();
        }

        Assert.Equal(before, answer);
        await Poll.UntilAsync(
            async () => (await _convox.PsAsync(App)) is [{ Status: "running" } p] && p.Release == before,
            Soon,
            "the old release's process alone"
        );
        var view = await LiveStore.AppAsync(host, App);
        var cause = Assert.IsType<string>(view.LastFailure);
        Assert.Contains(
            cause,
            (await LogAsync())
                .Split('\n')
                .Single(l =>
                    l.Contains(" system/", StringComparison.Ordinal) && l.Contains(cause, StringComparison.Ordinal)
                ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            await LiveStore.RecordsAsync(host, App),
            r =>
                r.Contains("app.rollout_failed", StringComparison.Ordinal)
                && r.Contains(cause, StringComparison.Ordinal)
        );
        return cause;
    }

    private async Task<string> LogAsync()
    {
        await using var logs = await _convox.LogsAsync(App, follow: false, since: "5m0s");
        return Encoding.UTF8.GetString(await logs.ReadToEndAsync());
    }
}
