using Palisade.Cluster.Tests.Resilience;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Nodes;

/// <summary>What a process says of itself is so.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class HealthTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Readiness_goes_and_comes_with_PostgreSQL_liveness_stays_and_the_log_says_each_once()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var cluster = await Cluster.StartAsync(1, postgres);
        using var http = cluster.Nodes[0].NewHttpClient();
        var before = Lines(cluster.Nodes[0]).Length;

        await postgres.CrashAsync();
        await UntilAsync(http, "/healthz/ready", 503, "not ready: the database does not answer\n");
        await UntilAsync(http, "/healthz/live", 200, "ok\n");
        Assert.Equal(503, (await cluster.ClientAt(0).CallAsync(new("GET", "/apps"))).Status);

        await postgres.BeginAgainAsync();
        await UntilAsync(http, "/healthz/ready", 200, "ok\n");
        await cluster.ClientAt(0).AppsCreateAsync("web");
        await Poll.UntilAsync(
            () => Lines(cluster.Nodes[0]).Any(line => line.Contains("can be used again", StringComparison.Ordinal)),
            Soon,
            "the line that says that the database is back"
        );

        var said = Lines(cluster.Nodes[0])[before..];
        Assert.Single(said, line => line.Contains("The database can't be used: ", StringComparison.Ordinal));
        Assert.Matches(
            "The database can be used again after [0-9.]+ s; [1-9][0-9]* lines",
            Assert.Single(said, line => line.Contains("can be used again", StringComparison.Ordinal))
        );
        Assert.True(said.Length < 10 && !said.Any(IsOfAStack), string.Join('\n', said));
    }

    [Fact]
    public async Task Who_is_told_to_stop_says_so_first_and_serves_until_it_does()
    {
        await using var server = await ServerProcess.StartAsync(
            new() { Environment = new Dictionary<string, string> { ["Node__Drain"] = "00:00:20" } }
        );
        using var http = server.NewHttpClient();

        var stopped = server.StopAsync(TimeSpan.FromMinutes(2));
        await UntilAsync(http, "/healthz/ready", 503, "not ready: the server is stopping\n");

        await ConvoxClient.Of(server).AppsCreateAsync("web");
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task A_node_does_what_its_roles_say_and_no_more()
    {
        await using var cluster = await Cluster.StartAsync(1);
        await cluster.AddAsync(("Node__Jobs", "false"), ("Node__Racks", "false"));
        var worker = await cluster.AddAsync(("Node__Http", "false"), ("Node__Racks", "false"));

        // One that serves only is no node that jobs could go to, and reaches the rack all the same.
        await cluster.ClientAt(1).AppsCreateAsync("web");
        Assert.Empty(await cluster.ClientAt(1).PsAsync("web"));
        await Poll.UntilAsync(
            async () =>
                await cluster.CountAsync(
                    "SELECT count(DISTINCT capabilities) FROM node WHERE beat > (SELECT max(beat) FROM node) - 2000000"
                ) == 2,
            TimeSpan.FromMinutes(1),
            "two nodes that jobs could go to"
        );

        // One that only runs jobs tells its health and nothing else.
        using var http = worker.NewHttpClient();
        await UntilAsync(http, "/healthz/ready", 200, "ok\n");
        foreach (var path in (string[])["/racks", "/login", "/api/v1/account", "/"])
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(404, (int)answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("Node__Http", "false", "with the embedded store one process does everything")]
    [InlineData("Node__Port", "5445", "set Postgres:ConnectionString too")]
    [InlineData("Node__Drain", "01:00:00", "Node:Drain must be 00:00:00 to 00:05:00")]
    [InlineData("Node__Jobs", "perhaps", "Node:Jobs")]
    public async Task What_cannot_be_is_refused_at_the_start_with_words(string name, string value, string words)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ServerProcess.StartAsync(new() { Environment = new Dictionary<string, string> { [name] = value } })
        );

        Assert.Contains("ended with exit code 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>All that a server wrote to its log.</summary>
    private static string[] Lines(ServerProcess server) =>
        [
            .. Directory
                .GetFiles(Path.Combine(server.Data, "server"))
                .Order(StringComparer.Ordinal)
                .SelectMany(File.ReadAllLines),
        ];

    private static bool IsOfAStack(string line) => line.StartsWith("   at ", StringComparison.Ordinal);

    private static Task UntilAsync(HttpClient http, string path, int status, string text) =>
        Poll.UntilAsync(
            async () =>
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
                return (int)answer.StatusCode == status && await answer.Content.ReadAsStringAsync() == text;
            },
            Soon,
            $"{status} {text.Trim()} of {path}"
        );
}
