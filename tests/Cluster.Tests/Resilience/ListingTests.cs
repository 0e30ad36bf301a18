using System.Diagnostics;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>Who looks while containers come and go sees what there is.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class ListingTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Processes_are_listed_at_any_moment_of_deploys_scales_and_restarts()
    {
        using var source = SampleApp.Web(count: 3, "    deployment:\n      drain: 1");
        await using var server = await ServerProcess.StartAsync(
            new() { Environment = new Dictionary<string, string> { ["Web__RequestsPerSecond"] = "1000000" } }
        );
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        using var ending = new CancellationTokenSource();
        var asking = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskAsync(server, ending.Token))));

        for (var round = 0; round < 2; round++)
        {
            await client.DeployAsync("web", source.Folder);
            await client.ScaleAsync("web", "web", count: 6);
            await client.RestartAsync("web", "web");
            await Poll.UntilAsync(
                async () => (await client.AppAsync("web")).Status == "running",
                TimeSpan.FromMinutes(2),
                "the end of the restart"
            );
            await client.ScaleAsync("web", "web", count: 1);
        }

        await ending.CancelAsync();
        var answers = (await asking).SelectMany(a => a).ToLookup(a => a);
        output.WriteLine(string.Join('\n', answers.Select(a => $"{a.Count()} times {a.Key}")));
        Assert.Equal(["200"], answers.Select(a => a.Key));
    }

    [Fact]
    public async Task A_container_service_that_died_is_waited_for()
    {
        using var source = SampleApp.Web();
        await using var server = await ServerProcess.StartAsync();
        var client = ConvoxClient.Of(server);
        await client.AppsCreateAsync("web");
        await client.DeployAsync("web", source.Folder);
        var process = Assert.Single(await client.PsAsync("web"));

        for (var round = 0; round < 5; round++)
        {
            foreach (var service in Machine.Of(server).Processes("system service"))
            {
                using var engine = Process.GetProcessById(service);
                engine.Kill();
                // Waiting for a process of another parent takes longer than the server needs to start it again.
                await Poll.UntilAsync(
                    () => Machine.CommandLine(service).Length == 0,
                    TimeSpan.FromSeconds(10),
                    "the end of the container service",
                    TimeSpan.FromMilliseconds(1)
                );
            }

            var answer = await client.CallAsync(new("GET", "/apps/web/processes"));
            Assert.True(answer.Status == 200, $"round {round}: {answer.Status} {answer.Text}");
            Assert.Contains(process.Id, answer.Text, StringComparison.Ordinal);
        }
    }

    private static async Task<List<string>> AskAsync(ServerProcess server, CancellationToken ct)
    {
        var client = ConvoxClient.Of(server);
        var answers = new List<string>();
        while (!ct.IsCancellationRequested)
        {
            var answer = await client.CallAsync(new("GET", "/apps/web/processes"), default);
            answers.Add(answer.Status == 200 ? "200" : $"{answer.Status} {answer.Text}");
        }

        return answers;
    }
}
