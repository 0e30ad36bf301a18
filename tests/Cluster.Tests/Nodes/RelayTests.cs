using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Palisade.Cluster.Tests.Journey;
using Palisade.Cluster.Tests.Resilience;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Nodes;

/// <summary>Everything that is done on a rack works through a node that has not its machine.</summary>
[Collection(ResilienceGroup.Name)]
[Trait("Needs", "root, podman")]
public sealed partial class RelayTests(RelayedApp host) : IClassFixture<RelayedApp>
{
    private const string App = RelayedApp.App;

    [Fact]
    public async Task A_deploy_follows_its_builds_log_and_is_seen_alike_from_every_node()
    {
        Assert.Contains("Build complete", host.Built.Log, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(await host.Near.BuildLogsAsync(App, host.Built.BuildId), host.Built.Log);
        Assert.Equal(
            await host.Near.BuildLogsAsync(App, host.Built.BuildId),
            await host.Far.BuildLogsAsync(App, host.Built.BuildId)
        );

        Assert.Equal((await host.Near.PsAsync(App)).Select(p => p.Id), (await host.Far.PsAsync(App)).Select(p => p.Id));
        Assert.Contains(
            ".localhost",
            (await host.Far.ServicesAsync(App)).Single(s => s.Name == App).Domain,
            StringComparison.Ordinal
        );
        Assert.Equivalent(await host.Near.ServicesAsync(App), await host.Far.ServicesAsync(App));
        Assert.Equal("running", (await host.Far.SystemAsync()).Status);
        Assert.Equal((await host.Near.SystemAsync()).Domain, (await host.Far.SystemAsync()).Domain);
        foreach (var path in (string[])["/instances", "/system/processes?all=true", "/system/capacity"])
        {
            Assert.Equal(200, (await host.Far.CallAsync(new("GET", path))).Status);
        }
    }

    [Fact]
    public async Task Logs_are_followed()
    {
        await using var log = await host.Far.LogsAsync(App);
        var id = await host.Far.RunDetachedAsync(App, "web", "sh -c 'sleep 1; echo the sum is $((40+2)); sleep 30'");

        await JourneyServer.ReadUntilAsync(
            log,
            t => t.Contains($"service/web/{id} the sum is 42", StringComparison.Ordinal),
            "a line that was written after it was opened"
        );

        await host.Far.PsStopAsync(App, id);
        Assert.DoesNotContain(await host.Far.PsAsync(App), p => p.Id == id);
    }

    [Fact]
    public async Task A_command_gets_its_input_gives_every_byte_back_and_its_exit_code()
    {
        byte[] input = [.. Enumerable.Range(1, 200_000).Select(i => (byte)(i * 7))];

        var executed = await host.Far.ExecAsync(App, "web", "sh -c 'cat; exit 7'", input);
        // Longer than its rights are believed without another look, on either node.
        var slow = await host.Far.ExecAsync(App, "web", "sh -c 'sleep 7; exit 3'");
        var ran = await host.Far.RunAsync(App, "web", "sh -c 'cat; exit 9'", input);

        Assert.Equal((7, true), (executed.ExitCode, executed.CodeWasSent));
        Assert.Equal(input, executed.Output);
        Assert.Equal((3, true), (slow.ExitCode, slow.CodeWasSent));
        Assert.Equal((9, true), (ran.ExitCode, ran.CodeWasSent));
        Assert.Equal(input, ran.Output);
    }

    [Fact]
    public async Task A_command_with_a_terminal_answers_while_it_runs()
    {
        await using var terminal = await host.Far.OpenAsync(
            $"/apps/{App}/processes/{await host.ProcessAsync()}/exec",
            new Dictionary<string, string>
            {
                ["Command"] = "sh",
                ["Tty"] = "true",
                ["Height"] = "31",
                ["Width"] = "117",
            }
        );

        await terminal.SendAsync("stty size; echo first $((1+1))\n"u8.ToArray());
        var first = await JourneyServer.ReadUntilAsync(
            terminal,
            t => t.Contains("first 2", StringComparison.Ordinal),
            "what the shell answers"
        );
        Assert.Contains("31 117", first, StringComparison.Ordinal);
        await terminal.SendAsync("exit 5\n"u8.ToArray());
        var rest = Encoding.UTF8.GetString(await terminal.ReadToEndAsync());
        Assert.EndsWith(":5\n", rest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo.web.convox.local")]
    [InlineData("echo.web")]
    [InlineData("echo.web.local.main.localhost")]
    public async Task A_port_of_an_internal_service_gets_every_byte_and_gives_every_byte_back(string name)
    {
        var sent = new byte[1_000_000];
        new Random(42).NextBytes(sent);
        await using var proxy = await host.Far.OpenAsync($"/proxy/{name}/4000", new Dictionary<string, string>());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var received = new MemoryStream();

        var sending = proxy.SendAsync(sent, limit.Token);
        while (received.Length < sent.Length && await proxy.ReadAsync(limit.Token) is { } piece)
        {
            received.Write(piece);
        }

        await sending;
        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public async Task Files_are_copied_in_and_out()
    {
        var process = await host.ProcessAsync();
        var content = new string('x', 3_000_000);
        var path = $"/apps/{App}/processes/{process}/files";

        (await host.Far.CallAsync(new("POST", path) { Body = await TarAsync(content) })).OrThrow();
        var answer = (await host.Far.CallAsync(new("GET", $"{path}?file=/tmp/note"))).OrThrow();

        await using var reader = new TarReader(new MemoryStream(answer.Body));
        var entry = Assert.IsAssignableFrom<TarEntry>(await reader.GetNextEntryAsync(copyData: true));
        using var text = new StreamReader(entry.DataStream!, Encoding.UTF8);
        Assert.Equal(content, await text.ReadToEndAsync());
        Assert.Equal(404, (await host.Far.CallAsync(new("GET", $"{path}?file=/no/such"))).Status);
    }

    [Fact]
    public async Task A_build_is_exported_whole()
    {
        var path = $"/apps/{App}/builds/{host.Built.BuildId}.tgz";

        var near = await EntriesAsync((await host.Near.CallAsync(new("GET", path))).OrThrow().Body);
        var far = await EntriesAsync((await host.Far.CallAsync(new("GET", path))).OrThrow().Body);

        // What it is, and an image for each service.
        Assert.Equal(3, near.Count);
        Assert.Equal(near, far);
    }

    /// <summary>Names and lengths, read to the archive's end.</summary>
    private static async Task<List<(string Name, long Length)>> EntriesAsync(byte[] archive)
    {
        await using var plain = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
        await using var reader = new TarReader(plain);
        var entries = new List<(string, long)>();
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            entries.Add((entry.Name, entry.Length));
        }

        return entries;
    }

    private static async Task<byte[]> TarAsync(string content)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "tmp/note")
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                }
            );
        }

        return tar.ToArray();
    }
}
