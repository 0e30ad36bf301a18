using Palisade.Driver;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>How many run, and which.</summary>
public sealed partial class JourneyTests
{
    [Fact]
    public async Task Scaled_to_three_all_three_answer()
    {
        const string App = "wide";
        await host.DeployedAsync(App);
        await _convox.ScaleAsync(App, "web", count: 3);

        var processes = await _convox.PsAsync(App, "web");
        Assert.Equal(["running", "running", "running"], processes.Select(p => p.Status));
        Assert.All(processes, p => Assert.Matches(@"^web-[0-9a-f]{10}-[a-z0-9]{5}$", p.Id));
        var service = Assert.Single(await _convox.ServicesAsync(App));
        Assert.Equal(("web", 3, 100, 64), (service.Name, service.Count, service.Cpu, service.Memory));
        var answered = new HashSet<string>();
        await Poll.UntilAsync(
            async () =>
            {
                answered.Add((await host.PageAsync(App))["process"]);
                return answered.Count == 3;
            },
            TimeSpan.FromMinutes(1),
            "answers of all three processes"
        );
        Assert.Equal(processes.Select(p => p.Id).Order(StringComparer.Ordinal), answered.Order(StringComparer.Ordinal));

        await _convox.ScaleAsync(App, "web", count: 1);
        await Poll.UntilAsync(
            async () => (await _convox.PsAsync(App)).Length == 1,
            TimeSpan.FromMinutes(1),
            "two processes gone"
        );
        Assert.Equal(200, (await host.GetAsync(host.HostOf(App), "/healthz")).Status);
    }

    [Fact]
    public async Task A_stopped_process_is_replaced_and_a_restart_replaces_all()
    {
        const string App = "again";
        await host.DeployedAsync(App);
        var before = Assert.Single(await _convox.PsAsync(App)).Id;

        await _convox.PsStopAsync(App, before);
        await Poll.UntilAsync(
            async () => (await _convox.PsAsync(App)) is [{ Status: "running" } p] && p.Id != before,
            TimeSpan.FromMinutes(1),
            "a process in place of the stopped one"
        );
        var replaced = Assert.Single(await _convox.PsAsync(App)).Id;
        await Poll.UntilAsync(
            async () => (await host.GetAsync(host.HostOf(App), "/healthz")).Status == 200,
            TimeSpan.FromMinutes(1),
            "an answer of the new process"
        );

        await _convox.RestartAsync(App, "web");
        await _convox.WaitForAppAsync(App);
        await Poll.UntilAsync(
            async () => (await _convox.PsAsync(App)) is [{ Status: "running" } p] && p.Id != replaced,
            TimeSpan.FromMinutes(1),
            "a process of the restart alone"
        );
        Assert.Equal(200, (await host.GetAsync(host.HostOf(App), "/healthz")).Status);
    }
}
