using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using Palisade.Cluster.Tests.Resilience;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Nodes;

/// <summary>Several servers on one PostgreSQL: each knows at once what any of them has acknowledged.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class NodesTests
{
    [Fact]
    public async Task What_one_node_has_acknowledged_every_other_one_knows()
    {
        await using var cluster = await Cluster.StartAsync(3);
        ConvoxClient[] at = [cluster.ClientAt(0), cluster.ClientAt(1), cluster.ClientAt(2)];
        await at[0].AppsCreateAsync("web");

        for (var i = 0; i < 30; i++)
        {
            var value = i.ToString(CultureInfo.InvariantCulture);
            await at[i % 3].EnvSetAsync("web", new Dictionary<string, string> { ["ROUND"] = value });
            Assert.Equal(value, (await at[(i + 1) % 3].EnvAsync("web"))["ROUND"]);
        }
    }

    [Fact]
    public async Task Two_nodes_that_change_one_app_lose_nothing_also_when_one_is_killed()
    {
        await using var cluster = await Cluster.StartAsync(2);
        ConvoxClient[] at = [cluster.ClientAt(0), cluster.ClientAt(1)];
        await at[0].AppsCreateAsync("web");
        var acknowledged = new ConcurrentBag<string>();
        var killed = new TaskCompletionSource();

        var writers = Enumerable
            .Range(0, 6)
            .Select(async writer =>
            {
                for (var i = 0; i < 40; i++)
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"W{writer}_{i}");
                    try
                    {
                        await at[writer % 2].EnvSetAsync("web", new Dictionary<string, string> { [name] = "x" });
                        acknowledged.Add(name);
                    }
                    catch (Exception e)
                        when (e is HttpRequestException or SocketException or IOException or ConvoxException)
                    {
                        // Not acknowledged: the node was killed, or the change lost its races.
                        if (killed.Task.IsCompleted && writer % 2 == 1)
                        {
                            return;
                        }
                    }

                    if (writer == 0 && i == 20)
                    {
                        await cluster.Nodes[1].Kill9Async();
                        killed.SetResult();
                    }
                }
            })
            .ToArray();
        await Task.WhenAll(writers);

        await cluster.Nodes[1].StartAgainAsync();
        var names = (await at[1].EnvAsync("web")).Keys;
        Assert.True(acknowledged.Count > 60, $"only {acknowledged.Count} changes were acknowledged");
        // Each change is made on the environment as it was read: a later one may replace it, nothing loses it.
        var releases = await cluster.CountAsync(
            "SELECT count(*) FROM journal WHERE stream = 'app/main/local/web' AND operation = 'app.env.set' AND result = 'ok'"
        );
        Assert.True(
            releases >= acknowledged.Count,
            $"{releases} of {acknowledged.Count} acknowledged changes are there"
        );
        Assert.NotEmpty(names);
        Assert.Equal(
            0,
            await cluster.CountAsync(
                "SELECT count(*) FROM (SELECT stream, count(*) AS n, max(seq) AS last FROM journal GROUP BY stream) AS s WHERE n <> last"
            )
        );
    }

    [Fact]
    public async Task A_job_is_done_although_the_node_that_wanted_it_was_killed_before_it_could_tell_anybody()
    {
        await using var cluster = await Cluster.StartAsync(1);
        var front = await cluster.AddAsync(("Node__Jobs", "false"), ("Node__Racks", "false"));
        const string Newest = "SELECT max(n) FROM job WHERE kind = 'rack.converge'";
        await Poll.UntilAsync(
            async () =>
                await cluster.CountAsync("SELECT count(*) FROM job WHERE kind = 'rack.converge' AND ended IS NULL")
                == 0,
            TimeSpan.FromSeconds(30),
            "the end of what the start of the rack wanted"
        );
        // No notice can be sent by anybody from here on.
        await cluster.CountAsync("REVOKE EXECUTE ON FUNCTION pg_notify(text, text) FROM PUBLIC");
        var before = await cluster.CountAsync(Newest);

        var form = new Dictionary<string, string> { ["parameters"] = "LogRetention=3" };
        (await cluster.ClientAt(1).CallAsync(new("PUT", "/system") { Form = form })).OrThrow();
        await front.Kill9Async();

        var wanted = await cluster.CountAsync(Newest);
        Assert.True(wanted > before, "no job was wanted");
        await Poll.UntilAsync(
            async () => await cluster.CountAsync($"SELECT count(*) FROM job WHERE n = {wanted} AND status = 2") == 1,
            TimeSpan.FromSeconds(30),
            "the end of the job that nobody heard of"
        );
    }
}
