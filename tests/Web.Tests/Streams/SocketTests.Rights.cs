using System.Diagnostics;
using Palisade.Domain.Access;
using Palisade.Domain.Users;
using Palisade.Storage.Tickets;
using Palisade.Web.Streams;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Streams;

/// <summary>Who may open a socket, and what is recorded of it.</summary>
public sealed partial class SocketTests
{
    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    public async Task S08_an_unauthenticated_socket_says_why_and_closes_within_a_second(string token)
    {
        var watch = Stopwatch.StartNew();
        await using var socket = await TestSocket.OpenAsync(world, Exec, token, "Command: ls");

        var (_, frames, _) = await socket.ToEndAsync();
        while ((await socket.ReceiveAsync()).Opcode != -1) { }

        Assert.StartsWith("ERROR: cli token is expired", frames[0], StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"closed after {watch.Elapsed}");
    }

    [Fact]
    public async Task S29_rights_that_end_close_the_stream_and_its_command()
    {
        var token = World.NewToken(TokenKind.Cli);
        world.Issue(token);
        await using var socket = await TestSocket.OpenAsync(world, Exec, token, "Command: sleep11 1000");
        var exec = await world.Rack.ExecOfAsync("sleep11");

        world.Issue(token, revoked: World.Time);
        var (_, frames, _) = await socket.ToEndAsync();

        Assert.Contains("it was revoked", frames[0], StringComparison.Ordinal);
        Assert.Equal(WireSocket.ExitMarker + "1\n", frames[1]);
        await exec.Disposed;
        Assert.Contains(
            world.Recorder.Records,
            r => r.Operation == Operations.StreamClose && r.Outcome.Details["cause"] == "auth.token_refused"
        );
    }

    public static TheoryData<string> Faults => [.. Breaks.Keys];

    private static Dictionary<string, Func<Task<Ticket?>>> Breaks { get; } =
        new()
        {
            ["fails"] = () => Task.FromException<Ticket?>(new IOException("away")),
            ["gives up"] = () => Task.FromException<Ticket?>(new OperationCanceledException("gave up")),
            ["never answers"] = () => new TaskCompletionSource<Ticket?>().Task,
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task S14_rights_that_cannot_be_looked_at_end_the_stream(string store)
    {
        var token = World.NewToken(TokenKind.Cli);
        world.Issue(token);
        await using var socket = await TestSocket.OpenAsync(world, Exec, token, "Command: sleep12 1000");
        var exec = await world.Rack.ExecOfAsync("sleep12");

        world.Tickets.Broken[Tokens.Hash(new(token))] = Breaks[store]();
        var (_, frames, _) = await socket.ToEndAsync();

        Assert.Contains("could not be checked again", frames[0], StringComparison.Ordinal);
        await exec.Disposed;
    }

    [Fact]
    public async Task S19_the_record_of_an_exec_names_the_program_and_not_its_arguments()
    {
        await using var socket = await TestSocket.OpenAsync(
            world,
            Exec,
            headers: ["Command: psql postgres://u:hunter2@db"]
        );
        (await world.Rack.ExecOfAsync("psql")).Exit(0);
        await socket.ToEndAsync();

        var opened = world.Recorder.Records.Last(r =>
            r.Operation == Operations.AppExec && r.Outcome.Details["program"] == "psql"
        );
        Assert.Equal("2", opened.Outcome.Details["words"]);
        Assert.DoesNotContain(
            world.Recorder.Records,
            r => r.Outcome.Details.Values.Any(v => v.Contains("hunter2", StringComparison.Ordinal))
        );
    }
}
