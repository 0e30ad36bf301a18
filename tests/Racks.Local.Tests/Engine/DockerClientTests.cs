using System.Text;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Tests.Engine;

[Collection(EngineCollection.Name)]
public sealed partial class DockerClientTests(EngineFixture engine)
{
    [Fact]
    public async Task A_container_is_created_started_found_by_label_stopped_and_removed()
    {
        var network = await engine.NewNetworkAsync();
        var spec = EngineFixture.Spec(network);

        var id = await engine.Client.CreateAsync(spec, default);
        await engine.Client.StartAsync(id, default);
        await engine.Client.StartAsync(id, default);
        var found = Assert.Single(await engine.Client.ListAsync([$"palisade.app={network.Name}"], all: false, default));
        var inspect = await engine.Client.InspectAsync(spec.Name, default);

        Assert.Equal((spec.Name, id), (found.Name, found.Id));
        Assert.True(inspect!.State.Running);
        Assert.StartsWith(network.Subnet.Address(0)[..^1], inspect.AddressIn(network.Name), StringComparison.Ordinal);
        var taken = await Assert.ThrowsAsync<EngineException>(() => engine.Client.CreateAsync(spec, default));
        Assert.Contains("already in use", taken.Message, StringComparison.Ordinal);

        await engine.Client.StopAsync(id, TimeSpan.FromSeconds(5), default);
        Assert.Equal(0, await engine.Client.WaitAsync(id, default));
        Assert.NotNull((await engine.Client.InspectAsync(id, default))!.State.Finished);
        Assert.True(await engine.Client.RemoveAsync(id, force: false, default));
        Assert.False(await engine.Client.RemoveAsync(id, force: false, default));
        Assert.Null(await engine.Client.InspectAsync(id, default));
    }

    [Fact]
    public async Task A_container_of_an_image_that_is_not_there_is_not_found()
    {
        var network = await engine.NewNetworkAsync();
        var spec = EngineFixture.Spec(network) with { Image = "palisade/none:1" };

        var refused = await Assert.ThrowsAsync<EngineException>(() => engine.Client.CreateAsync(spec, default));

        Assert.True(refused.IsNotFound, refused.Message);
    }

    [Fact]
    public async Task Exec_streams_both_ways_and_gives_the_exit_code()
    {
        var network = await engine.NewNetworkAsync();
        var id = await engine.Client.CreateAsync(EngineFixture.Spec(network), default);
        await engine.Client.StartAsync(id, default);

        var exec = await engine.Client.CreateExecAsync(
            id,
            new(["/bin/sh", "-c", "cat; echo done >&2; exit 7"], Tty: false, Stdin: true),
            default
        );
        await using var stream = await engine.Client.StartExecAsync(exec, tty: false, default);
        await stream.WriteAsync("hello"u8.ToArray(), default);
        stream.CloseWrite();
        var (output, error) = await ReadAsync(stream);

        Assert.Equal(("hello", "done\n"), (output, error));
        Assert.Equal(7, (await engine.Client.InspectExecAsync(exec, default)).ExitCode);
    }

    [Fact]
    public async Task Exec_with_a_terminal_can_be_resized()
    {
        var network = await engine.NewNetworkAsync();
        var id = await engine.Client.CreateAsync(EngineFixture.Spec(network), default);
        await engine.Client.StartAsync(id, default);

        var exec = await engine.Client.CreateExecAsync(
            id,
            new(["/bin/sh", "-c", "read x; stty size; echo \"got $x\""], Tty: true, Stdin: true),
            default
        );
        await using var stream = await engine.Client.StartExecAsync(exec, tty: true, default);
        await engine.Client.ResizeExecAsync(exec, 100, 40, default);
        await stream.WriteAsync("word\n"u8.ToArray(), default);
        var (output, _) = await ReadAsync(stream);

        Assert.Contains("40 100", output, StringComparison.Ordinal);
        Assert.Contains("got word", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_go_in_and_out_as_tar()
    {
        var network = await engine.NewNetworkAsync();
        var id = await engine.Client.CreateAsync(EngineFixture.Spec(network), default);
        await engine.Client.StartAsync(id, default);
        using var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, leaveOpen: true))
        {
            writer.WriteEntry(
                new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "note.txt")
                {
                    DataStream = new MemoryStream("text"u8.ToArray()),
                }
            );
        }

        tar.Position = 0;
        await engine.Client.PutArchiveAsync(id, "/tmp", tar, default);
        await using var back = await engine.Client.GetArchiveAsync(id, "/tmp/note.txt", default);
        using var reader = new System.Formats.Tar.TarReader(back);
        var entry = await reader.GetNextEntryAsync(copyData: true);
        using var text = new StreamReader(entry!.DataStream!);

        Assert.Equal("text", await text.ReadToEndAsync());
        Assert.NotNull(await engine.Client.HeadArchiveAsync(id, "/tmp/note.txt", default));
        Assert.Null(await engine.Client.HeadArchiveAsync(id, "/tmp/none", default));
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_an_engine_exception_with_status_0()
    {
        using var client = new DockerClient("/tmp/no-such-socket.sock", TimeProvider.System);

        var refused = await Assert.ThrowsAsync<EngineException>(() => client.PingAsync(default));

        Assert.Equal(0, refused.Status);
        Assert.False(await client.AnswersAsync(default));
    }

    [Fact]
    public async Task S19_no_env_value_is_in_an_engine_error()
    {
        var network = await engine.NewNetworkAsync();
        var spec = EngineFixture.Spec(network) with
        {
            Image = "palisade/none:1",
            Environment = new(
                System.Collections.Immutable.ImmutableDictionary<string, Sensitive<string>>.Empty.Add(
                    "KEY",
                    new("canary-7f")
                )
            ),
        };

        var refused = await Assert.ThrowsAsync<EngineException>(() => engine.Client.CreateAsync(spec, default));

        Assert.Equal(404, refused.Status);
        Assert.DoesNotContain("canary-7f", refused.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(string Output, string Error)> ReadAsync(ExecStream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var texts = new[] { new StringBuilder(), new StringBuilder() };
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, limit.Token) is { Count: > 0 } read)
        {
            texts[(int)read.Channel - 1].Append(Encoding.UTF8.GetString(buffer, 0, read.Count));
        }

        return (texts[0].ToString(), texts[1].ToString());
    }
}
