using System.Formats.Tar;
using System.Text;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary><c>run</c>, <c>exec</c> and <c>cp</c> against real containers.</summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class ProcessTests(JourneyServer host)
{
    private const string App = "tool";
    private readonly ConvoxClient _convox = host.Client;

    [Fact]
    public async Task An_attached_run_gets_its_input_gives_every_byte_back_and_ends_with_its_exit_code()
    {
        await host.DeployedAsync(App);
        // Every byte value, more than one slice, and no valid UTF-8. COMPAT: not NUL first, which the client takes for
        // another protocol.
        byte[] input = [.. Enumerable.Range(1, 5_000).Select(i => (byte)(i * 7))];
        var result = await _convox.RunAsync(App, "web", "sh -c 'cat; exit 7'", input);

        Assert.Equal((7, true), (result.ExitCode, result.CodeWasSent));
        Assert.Equal(input, result.Output);
        await Poll.UntilAsync(
            async () => (await _convox.PsAsync(App)).Length == 1,
            TimeSpan.FromMinutes(1),
            "the end of the one-off process"
        );
    }

    [Fact]
    public async Task A_large_output_arrives_whole()
    {
        await host.DeployedAsync(App);
        var result = await _convox.RunAsync(App, "web", "sh -c 'head -c 3000000 /dev/zero | tr \"\\\\000\" x'");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(3_000_000, result.Output.Length);
        Assert.All(result.Output.Chunk(10_000), piece => Assert.Equal((byte)'x', piece[0]));
    }

    [Fact]
    public async Task A_detached_run_is_seen_and_logged()
    {
        await host.DeployedAsync(App);
        var id = await _convox.RunDetachedAsync(App, "web", "sh -c 'echo the sum is $((40+2)); sleep 30'");

        var seen = await Poll.ForAsync(
            async () => (await _convox.PsAsync(App)).FirstOrDefault(p => p.Id == id && p.Status == "running"),
            TimeSpan.FromMinutes(1),
            "the detached process in ps"
        );
        Assert.Equal("web", seen.Name);
        await using var logs = await _convox.LogsAsync(App);
        var log = await JourneyServer.ReadUntilAsync(
            logs,
            t => t.Contains("the sum is 42", StringComparison.Ordinal),
            "the output of the detached process"
        );
        Assert.Contains($"service/web/{id} the sum is 42", log, StringComparison.Ordinal);
        await _convox.PsStopAsync(App, id);
        Assert.DoesNotContain(await _convox.PsAsync(App), p => p.Id == id);
    }

    [Fact]
    public async Task Exec_takes_a_process_or_a_service_and_refuses_others()
    {
        var deployed = await host.DeployedAsync(App);
        await host.DeployedAsync("other");
        var process = Assert
            .Single(await _convox.PsAsync(App), p => p.Release == deployed.ReleaseId && p.Status == "running")
            .Id;
        var foreign = (await _convox.PsAsync("other"))[0].Id;

        var byId = await _convox.ExecAsync(App, process, "sh -c 'echo $RELEASE; exit 3'");
        var byService = await _convox.ExecAsync(App, "web", "sh -c 'echo $APP'");
        var missing = await _convox.ExecAsync(App, process, "/no/such/program");

        Assert.Equal((3, deployed.ReleaseId + "\n"), (byId.ExitCode, byId.Text));
        Assert.Equal((0, App + "\n"), (byService.ExitCode, byService.Text));
        Assert.NotEqual(0, missing.ExitCode);
        foreach (var wrong in (string[])[foreign, "nobody", "web-0123456789-abcde"])
        {
            var refused = await _convox.ExecAsync(App, wrong, "true");
            Assert.Equal(1, refused.ExitCode);
            Assert.StartsWith("ERROR: ", refused.Text, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<ConvoxException>(() => _convox.ExecAsync(App, "..", "true"));
    }

    [Fact]
    public async Task Files_are_copied_in_and_out()
    {
        await host.DeployedAsync(App);
        var process = (await _convox.PsAsync(App, "web"))[0].Id;
        (
            await _convox.CallAsync(new("POST", $"/apps/{App}/processes/{process}/files") { Body = await NoteAsync() })
        ).OrThrow();
        Assert.Equal("carried in", (await _convox.ExecAsync(App, process, "cat /tmp/note")).Text);

        var answer = (
            await _convox.CallAsync(new("GET", $"/apps/{App}/processes/{process}/files?file=/tmp/note"))
        ).OrThrow();
        await using var reader = new TarReader(new MemoryStream(answer.Body));
        var entry = Assert.IsAssignableFrom<TarEntry>(await reader.GetNextEntryAsync(copyData: true));
        Assert.EndsWith("note", entry.Name, StringComparison.Ordinal);
        using var text = new StreamReader(entry.DataStream!, Encoding.UTF8);
        Assert.Equal("carried in", await text.ReadToEndAsync());
        Assert.Equal(
            404,
            (await _convox.CallAsync(new("GET", $"/apps/{App}/processes/{process}/files?file=/no/such"))).Status
        );
    }

    [Fact]
    public async Task S24_a_process_that_has_ended_takes_no_files()
    {
        await host.DeployedAsync(App);
        var process = await _convox.RunDetachedAsync(App, "web", "true");
        var path = $"/apps/{App}/processes/{process}/files";

        // Taken while it runs, refused from then on.
        var refused = await Poll.ForAsync(
            async () =>
                await _convox.CallAsync(new("POST", path) { Body = await NoteAsync() }) is { Status: not 200 } answer
                    ? answer
                    : null,
            TimeSpan.FromMinutes(1),
            "the refusal of files"
        );

        var said = Encoding.UTF8.GetString(refused.Body);
        Assert.Contains($"process {process} does not run", said, StringComparison.Ordinal);
        Assert.Equal(409, refused.Status);
        Assert.Equal(404, (await _convox.CallAsync(new("GET", $"{path}?file=/tmp/none"))).Status);
    }

    private static async Task<byte[]> NoteAsync()
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "tmp/note")
                {
                    DataStream = new MemoryStream("carried in"u8.ToArray()),
                }
            );
        }
        return tar.ToArray();
    }
}
