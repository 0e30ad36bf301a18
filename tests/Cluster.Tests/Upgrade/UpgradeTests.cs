using System.Globalization;
using Palisade.Cluster.Tests.Admin;
using Palisade.Cluster.Tests.Journey;
using Palisade.Cluster.Tests.Resilience;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Upgrade;

/// <summary>The steps of deploy/README.md, "Upgrade", with the server of an earlier commit and this one.</summary>
[Collection(ResilienceGroup.Name)]
[Trait("Category", "Soak")]
[Trait("Needs", "root, podman")]
public sealed class UpgradeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("up").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_embedded_store_goes_on_with_a_later_server()
    {
        var before = await StartAsync(await EarlierBuild.ServerAsync(), "a");
        string built;
        string since;
        string key;
        await using (before)
        {
            (built, since, key) = await FillAsync(before);
            Assert.Equal(0, await before.StopAsync());
            await using var after = await StartAsync(Repository.ServerAssembly, "a");
            await ThereAsync(after, before, built);
            await ProvenAsync(after, before, since, key);
            Assert.Equal(0, await after.StopAsync());
            await new PalisadeCommand(Nothing).DoAsync("admin", "verify", "--data", after.Data);
        }
    }

    [Fact]
    public async Task A_cluster_is_upgraded_node_by_node_while_it_serves()
    {
        var (earlier, postgres) = (await EarlierBuild.ServerAsync(), await PostgresServer.GetAsync());
        var database = await postgres.CreateDatabaseAsync();
        var environment = postgres.Environment(database);
        environment["Postgres__KeysDirectory"] = In("keys");
        environment["Postgres__ObjectsDirectory"] = In("objects");
        var palisade = new PalisadeCommand(environment);
        var withRack = new Dictionary<string, string>(environment)
        {
            ["Node__Port"] = FreePort.Next().ToString(CultureInfo.InvariantCulture),
        };
        await using var rack = await StartAsync(earlier, "a", withRack);
        await using var other = await StartAsync(earlier, "b", environment);
        var (built, since, key) = await FillAsync(rack);

        // That is for the version that runs.
        string[] backup = ["admin", "backup", In("backup"), "--data", In("b")];
        await palisade.FailAsync(69, "is of an older version", backup);
        await palisade.DoAsync("admin", "migrate", "--data", In("b"));
        await palisade.DoAsync(backup);
        await BothAsync(rack, other, "migrated");
        Assert.Equal(0, await other.StopAsync());
        await using var otherAfter = await StartAsync(Repository.ServerAssembly, "b", environment);
        await BothAsync(rack, otherAfter, "mixed");
        await ThereAsync(otherAfter, rack, built);
        Assert.Equal(0, await rack.StopAsync());
        await using var rackAfter = await StartAsync(Repository.ServerAssembly, "a", withRack);
        await BothAsync(rackAfter, otherAfter, "upgraded");
        await ThereAsync(rackAfter, rack, built);
        await ProvenAsync(rackAfter, rack, since, key);
        await palisade.DoAsync("admin", "verify", "--data", In("b"));

        await otherAfter.StopAsync();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(earlier, "b", environment));
        Assert.Contains("was written by a newer version", refused.Message, StringComparison.Ordinal);
    }

    private static readonly Dictionary<string, string> Nothing = [];

    private Task<ServerProcess> StartAsync(
        string assembly,
        string data,
        IReadOnlyDictionary<string, string>? environment = null
    ) =>
        ServerProcess.StartAsync(
            new()
            {
                Assembly = assembly,
                Data = In(data),
                Environment = environment ?? Nothing,
            }
        );

    /// <summary>The first administrator of the first server, at one of them.</summary>
    private static ConvoxClient ClientAt(ServerProcess server, ServerProcess first) =>
        new(ConvoxTarget.Of(first) with { Port = server.HttpsPort });

    private async Task<(string Release, string Since, string Key)> FillAsync(ServerProcess server)
    {
        var convox = ConvoxClient.Of(server);
        using var source = AppSource.Of("web");
        await convox.AppsCreateAsync("web");
        await convox.EnvSetAsync("web", new Dictionary<string, string> { ["GREETING"] = "from before" });
        var built = await convox.DeployAsync("web", source.Folder);
        await convox.AppsCreateAsync("empty");
        await convox.EnvSetAsync("empty", new Dictionary<string, string> { ["ROUND"] = "first" });
        using var console = ConsoleClient.Of(server);
        await File.WriteAllTextAsync(In("since"), await console.NextCheckpointAsync());
        return (built.ReleaseId, In("since"), await console.KeyAsync());
    }

    private static async Task ThereAsync(ServerProcess server, ServerProcess first, string release)
    {
        var convox = ClientAt(server, first);
        Assert.Equal(["empty", "web"], (await convox.AppsAsync()).Select(app => app.Name).Order());
        Assert.Equal("from before", (await convox.EnvAsync("web"))["GREETING"]);
        Assert.Equal(release, (await convox.AppAsync("web")).Release);
        await Poll.UntilAsync(
            async () => (await convox.PsAsync("web")).Any(p => p.Status == "running"),
            TimeSpan.FromMinutes(1),
            "the app's process"
        );
    }

    /// <summary>Each sees what the other one changes.</summary>
    private static async Task BothAsync(ServerProcess first, ServerProcess second, string round)
    {
        ConvoxClient[] at = [ClientAt(first, first), ClientAt(second, first)];
        for (var i = 0; i < 6; i++)
        {
            var value = string.Create(CultureInfo.InvariantCulture, $"{round} {i}");
            await at[i % 2].EnvSetAsync("empty", new Dictionary<string, string> { ["ROUND"] = value });
            Assert.Equal(value, (await at[(i + 1) % 2].EnvAsync("empty"))["ROUND"]);
        }
    }

    private async Task ProvenAsync(ServerProcess server, ServerProcess first, string since, string key)
    {
        using var console = new ConsoleClient(server, first.FirstRun.CliToken, first.FirstRun.Organization);
        await ClientAt(server, first).EnvSetAsync("empty", new Dictionary<string, string> { ["ROUND"] = "after" });
        await console.NextCheckpointAsync();
        await File.WriteAllTextAsync(In("bundle"), await console.ExportAsync());
        await new PalisadeCommand(Nothing).DoAsync("audit", "verify", In("bundle"), "--key", key, "--since", since);
    }

    private string In(string name) => Path.Combine(_folder, name);
}
