using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;
using Palisade.Racks.Local.Rack;
using Palisade.Racks.Local.Tests.Engine;

namespace Palisade.Racks.Local.Tests.Rack;

[Collection(EngineCollection.Name)]
public sealed class IdleProgramTests(EngineFixture engine)
{
    private static readonly byte[] Source = File.ReadAllBytes(HostCommand.Find("catatonit")!);

    [Fact]
    public async Task S24_a_run_cannot_change_the_program_that_the_runs_of_others_start()
    {
        var spec = IdleProgram.Running(EngineFixture.Spec(await engine.NewNetworkAsync()), engine.Host.Folder);
        var id = await engine.Client.CreateAsync(spec, default);
        await engine.Client.StartAsync(id, default);
        Assert.True((await engine.Client.InspectAsync(id, default))!.State.Running);

        var output = await engine.ExecAsync(
            id,
            """
            cd /.palisade
            cp /bin/busybox new; rm -f idle; mv idle old; chmod 777 idle; echo gone > idle; ln -s /bin/busybox link
            """
        );

        Assert.Equal(6, output.Split('\n').Count(l => l.Contains("Read-only file system", StringComparison.Ordinal)));
        var file = Assert.Single(Directory.GetFileSystemEntries(engine.Host.Folder.File("idle")));
        Assert.Equal(Source, await File.ReadAllBytesAsync(file));
        await engine.Client.RemoveAsync(id, force: true, default);
    }

    [Theory]
    [InlineData("other bytes")]
    [InlineData("other mode")]
    [InlineData("link")]
    [InlineData("folder")]
    public void S24_an_idle_program_that_was_changed_is_put_right_before_it_runs(string change)
    {
        var folder = new RackFolder(engine.NewFolder());
        var spec = IdleProgram.Running(EngineFixture.Spec(new("n", "b", default)), folder);
        var program = Path.Combine(Assert.Single(spec.Volumes).Source, IdleProgram.Name);
        Assert.Equal(Source, File.ReadAllBytes(program));
        var mode = File.GetUnixFileMode(program);
        if (change == "other mode")
        {
            File.SetUnixFileMode(program, UnixFileMode.None);
        }
        else
        {
            File.Delete(program);
        }

        switch (change)
        {
            case "other bytes":
                File.WriteAllBytes(program, [.. Source[..^1], (byte)(Source[^1] ^ 1)]);
                File.SetUnixFileMode(program, mode);
                break;
            case "link":
                File.CreateSymbolicLink(program, HostCommand.Find("catatonit")!);
                break;
            case "folder":
                Directory.CreateDirectory(Path.Combine(program, "deep"));
                break;
        }

        _ = IdleProgram.Running(EngineFixture.Spec(new("n", "b", default)), folder);

        Assert.Null(new FileInfo(program).LinkTarget);
        Assert.Equal(mode, File.GetUnixFileMode(program));
        Assert.Equal(Source, File.ReadAllBytes(program));
    }
}
