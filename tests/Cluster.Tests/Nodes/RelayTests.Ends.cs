using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Palisade.Cluster.Tests.Journey;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Nodes;

/// <summary>How streams through another node end when they do not end well.</summary>
public sealed partial class RelayTests
{
    private const string Gone = "node of rack main/local's machine";

    /// <summary>Far more than pings need to notice a node that says nothing any more.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task S29_a_revoked_token_loses_its_log_and_command_on_the_other_node_within_five_seconds()
    {
        using var console = host.Cluster.Nodes[0].NewHttpClient();
        console.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.Far.Target.Token);
        using var answer = await console.PostAsJsonAsync("/api/v1/account/tokens", new { name = "watched" });
        using var issued = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var token = issued.RootElement.GetProperty("token").GetString()!;
        await using var open = await OpenAsync(new ConvoxClient(host.Far.Target with { Token = token }));

        await using var calls = SlowestCall.Of(ct => console.GetStringAsync("/api/v1/account", ct));
        using var removed = await console.DeleteAsync(
            $"/api/v1/account/tokens/{issued.RootElement.GetProperty("id").GetString()}"
        );
        removed.EnsureSuccessStatusCode();
        var ends = await open.EndAsync(Stopwatch.StartNew());
        var took = await calls.EndAsync();

        // The bound is the product's, which looks every 3 s; above it only one call, which a look is too.
        foreach (var (text, after) in ends)
        {
            Assert.Contains("it was revoked", text, StringComparison.Ordinal);
            Assert.True(after <= TimeSpan.FromSeconds(5) + took, $"it ended {after.TotalSeconds:0.0} s after");
        }

        await UntilNothingRunsAsync();
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_command_on_the_other_node()
    {
        await using (await OpenAsync(host.Far))
        {
            Assert.Equal("1", await RunningAsync());
        }

        await UntilNothingRunsAsync();
    }

    [Fact]
    public async Task When_the_racks_node_is_killed_open_streams_say_so_and_fail_and_later_calls_are_refused()
    {
        await using var open = await OpenAsync(host.Far);

        await host.Cluster.Nodes[0].Kill9Async();
        try
        {
            foreach (var (text, _) in await open.EndAsync(Stopwatch.StartNew()))
            {
                Assert.Contains(Gone, text, StringComparison.Ordinal);
            }

            Assert.Contains(":1\n", open.Ended, StringComparison.Ordinal);
            var refused = await Assert.ThrowsAsync<ConvoxException>(() => host.Far.PsAsync(App));
            Assert.Equal(503, refused.Status);
            Assert.Contains("rack main/local", refused.Message, StringComparison.Ordinal);
            var system = await host.Far.CallAsync(new("GET", "/system"));
            Assert.Equal(200, system.Status);
            Assert.Equal("failed", system.Json<WireSystem>().Status);
        }
        finally
        {
            await host.Cluster.Nodes[0].StartAgainAsync();
        }

        await UntilItAnswersAsync();
    }

    [Fact]
    public async Task When_the_racks_node_stands_still_streams_end_and_calls_are_refused_meanwhile()
    {
        await using var open = await OpenAsync(host.Far);

        await SignalAsync("STOP");
        try
        {
            foreach (var (text, after) in await open.EndAsync(Stopwatch.StartNew()))
            {
                Assert.Contains(Gone, text, StringComparison.Ordinal);
                Assert.True(after < Noticed, $"it ended {after.TotalSeconds:0.0} s after");
            }

            var asked = Stopwatch.StartNew();
            var refused = await Assert.ThrowsAsync<ConvoxException>(() => host.Far.PsAsync(App));
            Assert.Equal(503, refused.Status);
            Assert.True(asked.Elapsed < Noticed, $"it was refused after {asked.Elapsed.TotalSeconds:0.0} s");
        }
        finally
        {
            await SignalAsync("CONT");
        }

        await UntilItAnswersAsync();
        await UntilNothingRunsAsync();
    }

    [Fact]
    public async Task When_the_racks_node_is_stopped_streams_are_told()
    {
        await using var open = await OpenAsync(host.Far);

        Assert.Equal(0, await host.Cluster.Nodes[0].StopAsync());
        try
        {
            foreach (var (text, _) in await open.EndAsync(Stopwatch.StartNew()))
            {
                Assert.Contains("is stopping", text, StringComparison.Ordinal);
            }
        }
        finally
        {
            await host.Cluster.Nodes[0].StartAgainAsync();
        }

        await UntilItAnswersAsync();
        await UntilNothingRunsAsync();
    }

    private async Task<OpenPair> OpenAsync(ConvoxClient client)
    {
        // As far back as the app was deployed: its log says more only then.
        var log = await client.LogsAsync(App, since: "1h0m0s");
        var command = await client.OpenAsync(
            $"/apps/{App}/processes/{await host.ProcessAsync()}/exec",
            new Dictionary<string, string> { ["Command"] = "sh -c 'echo began; sleep 4242'", ["Tty"] = "false" }
        );
        await JourneyServer.ReadUntilAsync(log, t => t.Contains("release", StringComparison.Ordinal), "any line");
        await JourneyServer.ReadUntilAsync(command, t => t.Contains("began", StringComparison.Ordinal), "its begin");
        return new OpenPair(log, command);
    }

    /// <summary>How many processes of the container run the tests' command.</summary>
    private async Task<string> RunningAsync() =>
        (
            await host.Far.ExecAsync(
                App,
                "web",
                "sh -c 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr \"\\000\" \"\\n\" | grep -c \"^[4]242$\"'"
            )
        ).Text.Trim();

    private Task UntilNothingRunsAsync() =>
        Poll.UntilAsync(
            async () => await RunningAsync() == "0",
            TimeSpan.FromSeconds(30),
            "the end of the command inside the container"
        );

    private Task UntilItAnswersAsync() =>
        Poll.UntilAsync(
            async () => (await host.Far.PsAsync(App)).Any(p => p.Status == "running"),
            TimeSpan.FromMinutes(1),
            "the app, through the other node, once the rack's node is back"
        );

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{host.Cluster.Nodes[0].ProcessId}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>A log that is followed and a command that runs.</summary>
    private sealed class OpenPair(ConvoxSocket log, ConvoxSocket command) : IAsyncDisposable
    {
        /// <summary>The last that the command's stream gave.</summary>
        public string Ended { get; private set; } = "";

        public async Task<(string Text, TimeSpan After)[]> EndAsync(Stopwatch since)
        {
            var ends = await Task.WhenAll(EndAsync(log, since), EndAsync(command, since));
            Ended = ends[1].Text;
            return ends;
        }

        public async ValueTask DisposeAsync()
        {
            await log.DisposeAsync();
            await command.DisposeAsync();
        }

        private static async Task<(string Text, TimeSpan After)> EndAsync(ConvoxSocket socket, Stopwatch since)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            var text = Encoding.UTF8.GetString(await socket.ReadToEndAsync(limit.Token));
            return (text, since.Elapsed);
        }
    }
}
