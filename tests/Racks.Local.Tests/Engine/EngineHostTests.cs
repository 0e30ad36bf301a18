using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Tests.Engine;

[Collection(EngineCollection.Name)]
public sealed class EngineHostTests(EngineFixture engine)
{
    [Fact]
    public async Task A_second_Palisade_adopts_the_running_service_and_its_containers()
    {
        var network = await engine.NewNetworkAsync();
        var id = await engine.Client.CreateAsync(EngineFixture.Spec(network), default);
        await engine.Client.StartAsync(id, default);
        var before = EngineState.Read(engine.Host.Folder.File("engine.json"));
        using var second = New(engine.Host.Folder.Path);

        await second.EnsureAsync(default);

        Assert.True((await second.Client.InspectAsync(id, default))!.State.Running);
        Assert.Equal(before, EngineState.Read(engine.Host.Folder.File("engine.json")));
    }

    [Fact]
    public async Task A_killed_service_is_started_again_and_containers_did_not_notice()
    {
        var network = await engine.NewNetworkAsync();
        var id = await engine.Client.CreateAsync(EngineFixture.Spec(network), default);
        await engine.Client.StartAsync(id, default);
        var pid = (await engine.Client.InspectAsync(id, default))!.State.Pid;
        var service = EngineState.Read(engine.Host.Folder.File("engine.json"))!.Service!;

        Assert.True(service.Signal(UnixSignal.Kill));
        while (service.IsAlive)
        {
            await Task.Delay(5);
        }

        await engine.Host.EnsureAsync(default);

        var after = await engine.Client.InspectAsync(id, default);
        Assert.Equal((true, pid), (after!.State.Running, after.State.Pid));
        Assert.NotEqual(service, EngineState.Read(engine.Host.Folder.File("engine.json"))!.Service);
    }

    [Fact]
    public async Task A_service_that_lives_and_answers_nothing_is_replaced_and_containers_did_not_notice()
    {
        var network = await engine.NewNetworkAsync();
        var id = await engine.Client.CreateAsync(EngineFixture.Spec(network), default);
        await engine.Client.StartAsync(id, default);
        var pid = (await engine.Client.InspectAsync(id, default))!.State.Pid;
        var service = EngineState.Read(engine.Host.Folder.File("engine.json"))!.Service!;
        using var host = New(engine.Host.Folder.Path);

        Assert.True(service.Signal(UnixSignal.Stop));
        try
        {
            await StandsStillAsync(service);
            await host.EnsureAsync(default);

            Assert.False(service.IsAlive);
            var after = await host.Client.InspectAsync(id, default);
            Assert.Equal((true, pid), (after!.State.Running, after.State.Pid));
        }
        finally
        {
            // It is everybody's here.
            service.Signal(UnixSignal.Continue);
        }
    }

    [Fact]
    public async Task A_service_that_answers_a_ping_and_then_nothing_is_replaced()
    {
        using var host = New(Path.Combine(engine.NewFolder(), "rack"));
        await host.EnsureAsync(default);
        await host.StopAsync(default);
        using var sleep = Process.Start("/bin/sleep", "1000");
        var service = ProcessIdentity.Of(sleep.Id)!;
        new EngineState("overlay", service).Write(host.Folder.File("engine.json"));
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(host.SocketPath));
        silent.Listen();
        var answered = AnswerOnceAsync(silent);
        try
        {
            using var second = New(host.Folder.Path);
            await second.EnsureAsync(default);

            using var asked = await answered;
            Assert.False(service.IsAlive);
            Assert.Empty(await second.Client.ListAsync([], all: true, default));
        }
        finally
        {
            service.Signal(UnixSignal.Kill);
            await host.DestroyAsync(default);
        }
    }

    [Fact]
    public async Task A_service_whose_files_can_not_be_written_is_one_that_does_not_answer_until_they_can()
    {
        var folder = Path.Combine(engine.NewFolder(), "rack");
        using var host = New(folder);
        var inTheWay = Directory.CreateDirectory(Path.Combine(folder, "engine.pid"));

        var refused = await Assert.ThrowsAsync<EngineException>(() => host.EnsureAsync(default));
        Assert.Contains("engine.pid", refused.Message, StringComparison.Ordinal);

        inTheWay.Delete();
        await host.EnsureAsync(default);
        Assert.True(await host.Client.AnswersAsync(default));
        await host.DestroyAsync(default);
    }

    [Fact]
    public void The_service_works_in_its_own_folder()
    {
        var service = EngineState.Read(engine.Host.Folder.File("engine.json"))!.Service!;

        Assert.Equal(engine.Host.Folder.Path, new FileInfo($"/proc/{service.Pid}/cwd").LinkTarget);
    }

    [Fact]
    public async Task Stop_leaves_a_process_alone_that_only_has_the_recorded_id()
    {
        using var other = New(Path.Combine(engine.NewFolder(), "rack"));
        other.Folder.Create();
        var self = ProcessIdentity.Of(Environment.ProcessId)!;
        new EngineState("overlay", self with { StartTicks = self.StartTicks - 1 }).Write(
            other.Folder.File("engine.json")
        );

        await other.StopAsync(default);

        Assert.True(self.IsAlive);
    }

    [Fact]
    public async Task A_long_folder_gets_a_short_socket_and_two_engines_run_side_by_side()
    {
        using var other = New(Path.Combine(engine.NewFolder(), new string('x', 90), "rack"));
        try
        {
            await other.EnsureAsync(default);

            Assert.InRange(other.SocketPath.Length, 1, 107);
            Assert.Empty(await other.Client.ListAsync([], all: true, default));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(other.Folder.Path)
            );
        }
        finally
        {
            await other.DestroyAsync(default);
        }

        Assert.False(await other.Client.AnswersAsync(default));
        Assert.True(await engine.Client.AnswersAsync(default));
    }

    // A signal stops each thread of a process when that thread comes to it: on a busy machine one may still answer.
    private static async Task StandsStillAsync(ProcessIdentity service)
    {
        while (
            Directory
                .EnumerateDirectories($"/proc/{service.Pid}/task")
                .Any(task => !StandsStill(Path.Combine(task, "stat")))
        )
        {
            await Task.Delay(5);
        }
    }

    private static bool StandsStill(string stat)
    {
        try
        {
            var text = File.ReadAllText(stat);
            return text[text.LastIndexOf(')') + 2] == 'T';
        }
        catch (IOException)
        {
            return true; // It has ended meanwhile.
        }
    }

    private static async Task<Socket> AnswerOnceAsync(Socket listener)
    {
        var client = await listener.AcceptAsync();
        await client.ReceiveAsync(new byte[4096]);
        await client.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"u8.ToArray());
        return client;
    }

    private static EngineHost New(string folder) =>
        new(
            new() { Directory = folder, StartLimit = TimeSpan.FromSeconds(20) },
            TimeProvider.System,
            NullLogger<EngineHost>.Instance
        );
}
