using System.Text;
using Palisade.Racks.Local.Machine;
using Palisade.Racks.Local.Rack;
using Palisade.Racks.Local.Tests.Engine;

namespace Palisade.Racks.Local.Tests.Rack;

[Collection(EngineCollection.Name)]
public sealed class ExecSessionTests(EngineFixture engine)
{
    [Theory]
    [InlineData("sleep 1000", false)]
    [InlineData("sleep 1000 & sleep 1000 & (sleep 1000; :) & wait", false)]
    [InlineData("trap '' TERM HUP INT; while :; do sleep 1; done", true)]
    [InlineData("exec >&- 2>&- <&-; sleep 1000", false)]
    public async Task S29_a_command_that_is_let_go_of_ends_with_all_that_it_started(string script, bool tty)
    {
        var container = await StartedAsync();
        var main = await ProcessesAsync(container);
        var session = await OpenAsync(container, script, tty);
        await UntilAsync(container, count => count > main, "the command runs");

        await session.DisposeAsync();

        await UntilAsync(container, count => count == main, "nothing of it is left");
    }

    [Fact]
    public async Task S29_commands_that_a_killed_server_left_are_ended_by_the_next_one_and_the_process_is_not()
    {
        var container = await StartedAsync();
        var main = await ProcessesAsync(container);
        // The sessions are forgotten as by a server that is killed.
        _ = await OpenAsync(container, "sleep 1000 & wait", tty: false);
        _ = await OpenAsync(container, "sleep 1000", tty: true);
        await UntilAsync(container, count => count > main + 2, "the commands run");

        await LocalExecSession.EndLeftAsync(engine.Client, container, default);

        await UntilAsync(container, count => count == main, "nothing of them is left");
        Assert.True((await engine.Client.InspectAsync(container, default))!.State.Running);
    }

    [Fact]
    public async Task S29_helpers_of_ended_commands_go_within_seconds()
    {
        var container = await StartedAsync();
        for (var i = 0; i < 10; i++)
        {
            await using var session = await OpenAsync(container, "true", tty: false);
            Assert.Equal(0, await session.ExitCodeAsync());
        }

        await Router.Eventually.TrueAsync(
            () => Task.FromResult(Conmons(container) == 1),
            "no helper but the container's own",
            seconds: 30
        );
    }

    [Fact]
    public async Task A_terminal_has_the_size_that_was_asked_for()
    {
        var container = await StartedAsync();
        await using var session = await OpenAsync(container, "read line; stty size", tty: true);
        await session.WriteAsync("go\n"u8.ToArray());

        var text = new StringBuilder();
        var buffer = new byte[1024];
        for (int count; (count = await session.ReadAsync(buffer)) > 0; )
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        Assert.Contains("30 90", text.ToString(), StringComparison.Ordinal);
    }

    private static int Conmons(string container) =>
        Directory
            .GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _))
            .Count(pid => CommandLine(pid!) is var line && line.Contains("conmon") && line.Contains(container));

    private static string CommandLine(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return ""; // It has just ended.
        }
    }

    private Task<LocalExecSession> OpenAsync(string container, string script, bool tty) =>
        LocalExecSession.OpenAsync(
            engine.Client,
            container,
            new ExecRequest
            {
                Command = ["/bin/sh", "-c", script],
                Tty = tty,
                Height = 30,
                Width = 90,
            },
            static () => Task.CompletedTask,
            default
        );

    private async Task<string> StartedAsync()
    {
        var spec = EngineFixture.Spec(await engine.NewNetworkAsync(), "/bin/sleep", "100000");
        var id = await engine.Client.CreateAsync(spec, default);
        await engine.Client.StartAsync(id, default);
        return id;
    }

    /// <summary>How many processes live in the container's own process namespace.</summary>
    private async Task<int> ProcessesAsync(string container)
    {
        var main = (await engine.Client.InspectAsync(container, default))!.State.Pid;
        var space = new FileInfo($"/proc/{main}/ns/pid").LinkTarget;
        return Directory
            .GetDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
            .Count(folder =>
                ProcessIdentity.Of(int.Parse(Path.GetFileName(folder))) is not null && Space(folder) == space
            );

        static string? Space(string folder)
        {
            try
            {
                return new FileInfo($"{folder}/ns/pid").LinkTarget;
            }
            catch (IOException)
            {
                return null; // It has just ended.
            }
        }
    }

    private Task UntilAsync(string container, Func<int, bool> enough, string what) =>
        Router.Eventually.TrueAsync(async () => enough(await ProcessesAsync(container)), what);
}
