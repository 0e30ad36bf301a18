using System.Text.Json;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// An app of several services: routed, internal, without a port, with a volume and a domain of its own; and the lists
/// about it.
/// </summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class TownTests(JourneyServer host)
{
    private const string App = "town";
    private readonly ConvoxClient _convox = host.Client;

    [Fact]
    public async Task Services_are_reached_only_where_they_should_be()
    {
        await host.DeployedAsync(App, App);

        Assert.Equal("town in blue\n", (await host.GetAsync(host.HostOf(App))).Text);
        Assert.Equal("town in blue\n", (await host.GetAsync("town.example.test")).Text);
        Assert.Equal("town in blue\n", (await host.GetAsync("TOWN.example.test.:80")).Text);
        foreach (
            var hidden in (string[])
                [
                    host.HostOf(App, "api"),
                    host.HostOf(App, "worker"),
                    "api.town.convox.local",
                    "example.test",
                    "x.town.example.test",
                ]
        )
        {
            Assert.Equal((hidden, 404), (hidden, (await host.GetAsync(hidden)).Status));
        }

        var asked = await host.GetAsync(host.HostOf(App), "/cgi-bin/ask");
        Assert.True(
            asked.Text.Contains("api speaks in blue", StringComparison.Ordinal),
            $"the internal service did not answer web: {asked}"
        );
        await using var logs = await _convox.LogsAsync(App);
        await JourneyServer.ReadUntilAsync(
            logs,
            t => t.Contains("worker works", StringComparison.Ordinal),
            "what the worker says"
        );
        Assert.Equal(
            ["api", "web", "worker"],
            (await _convox.PsAsync(App))
                .Where(p => p.Status == "running")
                .Select(p => p.Name)
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_volume_keeps_what_a_release_wrote()
    {
        await host.DeployedAsync(App, App);
        var first = (await host.GetAsync(host.HostOf(App), "/cgi-bin/ledger")).Text.Trim().Split('\n')[^1];
        await _convox.EnvSetAsync(App, new Dictionary<string, string> { ["NOTE"] = "new release" }, promote: true);

        var lines = (await host.GetAsync(host.HostOf(App), "/cgi-bin/ledger")).Text.Trim().Split('\n');
        Assert.Contains(first, lines);
        Assert.Equal((await _convox.AppAsync(App)).Release, lines[^1]);
    }

    [Fact]
    public async Task S27_a_domain_that_another_app_has_is_refused_and_stays_with_its_owner()
    {
        await host.DeployedAsync(App, App);
        using var source = AppSource
            .Of("web")
            .Replace("convox.yml", "    port: 3000\n", "    port: 3000\n    domain: town.example.test\n");
        await _convox.AppsCreateAsync("thief");

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => _convox.DeployAsync("thief", source.Folder));
        var said = $"{refusal.Message} {await SystemLogAsync("thief")}";

        Assert.Contains("town.example.test", said, StringComparison.Ordinal);
        Assert.StartsWith("town in", (await host.GetAsync("town.example.test")).Text, StringComparison.Ordinal);
        await _convox.AppsDeleteAsync("thief");
    }

    [Fact]
    public async Task Lists_have_the_shapes_that_the_client_decodes()
    {
        await host.DeployedAsync(App, App);

        var services = await _convox.ServicesAsync(App);
        Assert.Equal(["web", "api", "worker"], services.Select(s => s.Name));
        Assert.Equal([(1, 64), (1, 64), (1, 64)], services.Select(s => (s.Count, s.Memory)));
        Assert.Equal(host.HostOf(App), services.Single(s => s.Name == "web").Domain);
        Assert.Equal(3000, services.Single(s => s.Name == "web").Ports!.Single().Container);
        Assert.Empty(services.Single(s => s.Name == "worker").Ports!);

        var balancers = await JsonAsync($"/apps/{App}/balancers");
        Assert.Equal(
            [host.HostOf(App), "town.example.test"],
            balancers.EnumerateArray().Select(b => b.GetProperty("endpoint").GetString())
        );
        Assert.Equal(host.Server.RouterPort, balancers[0].GetProperty("ports")[0].GetProperty("source").GetInt32());
        var instance = Assert.Single((await JsonAsync("/instances")).EnumerateArray());
        Assert.True(instance.GetProperty("processes").GetInt32() >= 3);
        Assert.True(instance.GetProperty("memory-capacity").GetDouble() > 0);
        foreach (
            var list in (string[])
                [
                    $"/apps/{App}/resources",
                    "/certificates",
                    "/registries",
                    "/resources",
                    "/system/processes",
                    "/system/releases",
                    $"/apps/{App}/configs",
                ]
        )
        {
            Assert.Equal((list, JsonValueKind.Array), (list, (await JsonAsync(list)).ValueKind));
        }

        Assert.Contains(
            (await JsonAsync("/system/processes?all=true")).EnumerateArray(),
            p => p.GetProperty("app").GetString() == App
        );
        Assert.Equal(JsonValueKind.Null, (await JsonAsync($"/apps/{App}/budget")).GetProperty("config").ValueKind);
        Assert.True((await JsonAsync("/system/capacity")).GetProperty("cluster-cpu").GetInt64() > 0);
        var rack = await JsonAsync($"/racks/{_convox.Target.Rack}");
        Assert.False(
            rack.TryGetProperty("state", out var state) && state.ValueKind != JsonValueKind.Null,
            "state must stay away, or the client sends updates elsewhere"
        );
        Assert.Equal(JsonValueKind.String, rack.GetProperty("organization").GetProperty("name").ValueKind);
    }

    private async Task<JsonElement> JsonAsync(string path) =>
        (await _convox.CallAsync(new("GET", path))).OrThrow().Json<JsonElement>();

    private async Task<string> SystemLogAsync(string app)
    {
        await using var logs = await _convox.LogsAsync(app, follow: false);
        return System.Text.Encoding.UTF8.GetString(await logs.ReadToEndAsync());
    }
}
