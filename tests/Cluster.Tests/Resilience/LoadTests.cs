using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>Nothing that an operator does to a healthy app loses a request.</summary>
[Collection(ResilienceGroup.Name)]
[Trait("Category", "Load")]
public sealed class LoadTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(30)]
    [InlineData(2)]
    public async Task Promote_scale_and_rollback_lose_no_request(int drain)
    {
        using var source = SampleApp.Web(count: 2, $"    drain: {drain}");
        await using var server = await ServerProcess.StartAsync();
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        var first = await client.DeployAsync("web", source.Folder);
        var host = (await client.ServicesAsync("web")).Single().Domain!;
        await using var load = new SteadyLoad(server.RouterPort, host);
        await load.MoreAsync(200);

        load.Mark("promote");
        var second = await client.EnvSetAsync(
            "web",
            new Dictionary<string, string> { ["GREETING"] = "hi" },
            promote: true
        );
        await SettledAsync(server, load, 2);
        load.Mark("scale up");
        await client.ScaleAsync("web", "web", count: 4);
        await SettledAsync(server, load, 4);
        load.Mark("scale down");
        await client.ScaleAsync("web", "web", count: 1);
        await SettledAsync(server, load, 1);
        load.Mark("rollback");
        var third = await client.RollbackAsync("web", first.ReleaseId);
        await SettledAsync(server, load, 1);

        await load.StopAsync();
        output.WriteLine($"drain {drain}:\n{load}");
        load.AssertNoneLost();
        Assert.Equal(new[] { first.ReleaseId, second, third }.Order(), load.Answers.Keys.Order());
    }

    /// <summary>What is not wanted any more is gone too.</summary>
    private static async Task SettledAsync(ServerProcess server, SteadyLoad load, int processes)
    {
        load.Mark("reported");
        await Poll.UntilAsync(
            () => Machine.Of(server).Containers().Count == processes,
            TimeSpan.FromMinutes(3),
            $"exactly {processes} containers",
            TimeSpan.FromMilliseconds(250)
        );
        load.Mark("settled");
        await load.MoreAsync(200);
        await load.PromisedAsync();
    }
}
