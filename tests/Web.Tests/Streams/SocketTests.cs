using System.Diagnostics;
using System.Text;
using Palisade.Web.Streams;
using Palisade.Web.Tests.Fakes;

namespace Palisade.Web.Tests.Streams;

public sealed partial class SocketTests(World world) : IClassFixture<World>
{
    private const string Exec = "/apps/web/processes/" + FakeRack.Process + "/exec";

    [Fact]
    public async Task Exec_carries_bytes_that_are_not_text_both_ways_and_ends_with_the_code_alone_in_its_frame()
    {
        await using var socket = await TestSocket.OpenAsync(world, Exec, headers: ["Command: cat1", "Tty: false"]);
        var exec = await world.Rack.ExecOfAsync("cat1");
        byte[] odd = [(byte)'a', 0xff, 0xfe, 0, 0xc3, (byte)'\n'];

        await socket.SendAsync(1, odd);
        await socket.SendAsync(2, []);
        var input = await exec.InputToEndAsync();
        exec.Print(odd);
        exec.Exit(7);
        var (data, frames, close) = await socket.ToEndAsync();

        Assert.False(exec.Request.Tty);
        Assert.Equal(["cat1"], exec.Request.Command.ToArray());
        Assert.Equal(odd, input);
        Assert.Equal(odd, data[..odd.Length]);
        Assert.Equal(WireSocket.ExitMarker + "7\n", frames[^1]);
        Assert.Equal(1000, close);
        await exec.Disposed;
    }

    [Fact]
    public async Task Fragments_pings_between_them_and_a_binary_end_in_pieces_are_understood()
    {
        await using var socket = await TestSocket.OpenAsync(world, Exec, headers: ["Command: cat2"]);
        var exec = await world.Rack.ExecOfAsync("cat2");

        await socket.SendAsync(1, "one "u8.ToArray(), final: false);
        await socket.SendAsync(9, "hello"u8.ToArray());
        await socket.SendAsync(0, "two"u8.ToArray(), final: true);
        await socket.SendAsync(2, "x"u8.ToArray(), final: false);
        await socket.SendAsync(0, "y"u8.ToArray(), final: true);
        await socket.SendAsync(1, "late"u8.ToArray());
        var input = await exec.InputToEndAsync();
        var pong = await socket.ReceiveAsync();
        exec.Exit(0);
        var (_, frames, _) = await socket.ToEndAsync();

        Assert.Equal("one two", Encoding.UTF8.GetString(input));
        Assert.Equal((10, "hello"), (pong.Opcode, Encoding.UTF8.GetString(pong.Payload)));
        Assert.Equal(WireSocket.ExitMarker + "0\n", frames.Single());
        Assert.True(exec.Request.Tty);
    }

    [Fact]
    public async Task Large_frames_and_large_output_arrive_whole()
    {
        var big = new byte[70_000];
        new Random(70_000).NextBytes(big);
        big[0] = 1;
        await using var socket = await TestSocket.OpenAsync(
            world,
            Exec,
            headers: ["Command: cat3", "Height: 33", "Width: 101"]
        );
        var exec = await world.Rack.ExecOfAsync("cat3");

        await socket.SendAsync(1, big);
        await socket.SendAsync(2, []);
        var input = await exec.InputToEndAsync();
        exec.Print(big);
        exec.Exit(0);
        var (data, frames, _) = await socket.ToEndAsync();

        Assert.Equal(big, input);
        Assert.Equal(big, data[..big.Length]);
        Assert.Equal(WireSocket.ExitMarker + "0\n", frames[^1]);
        Assert.Equal((33, 101), (exec.Request.Height, exec.Request.Width));
    }

    [Fact]
    public async Task Output_never_begins_with_nul()
    {
        await using var socket = await TestSocket.OpenAsync(world, Exec, headers: ["Command: evil"]);
        var exec = await world.Rack.ExecOfAsync("evil");

        exec.Print(0, 0);
        exec.Print(0, (byte)'{', 0);
        exec.Exit(0);
        var (data, _, _) = await socket.ToEndAsync();

        Assert.Equal("{\0"u8.ToArray(), data[..2]);
    }

    [Fact]
    public async Task A_dropped_socket_ends_its_command()
    {
        var socket = await TestSocket.OpenAsync(world, Exec, headers: ["Command: sleep5 1000"]);
        var exec = await world.Rack.ExecOfAsync("sleep5");

        await socket.DisposeAsync();

        await exec.Disposed;
    }

    [Fact]
    public async Task An_unmasked_frame_closes_with_a_protocol_error()
    {
        await using var socket = await TestSocket.OpenAsync(world, Exec, headers: ["Command: cat6"]);
        var exec = await world.Rack.ExecOfAsync("cat6");

        await socket.SendAsync(1, "x"u8.ToArray(), masked: false);

        Assert.Equal(1002, (await socket.ToEndAsync()).Close);
        await exec.Disposed;
    }

    [Fact]
    public async Task S08_a_frame_over_its_limit_closes_with_too_big()
    {
        await using var socket = await TestSocket.OpenAsync(world, Exec, headers: ["Command: cat"]);

        await socket.RawAsync(0x81, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0, 1, 2, 3, 4);

        Assert.Equal(1009, (await socket.ToEndAsync()).Close);
    }

    [Fact]
    public async Task Exec_takes_a_service_name_and_its_builds_entrypoint()
    {
        await using var socket = await TestSocket.OpenAsync(
            world,
            "/apps/web/processes/web/exec",
            headers: ["Command: sh -c 'echo hi'", "Entrypoint: true"]
        );
        var exec = await world.Rack.ExecOfAsync("sh");
        exec.Exit(0);

        Assert.Equal(FakeRack.Process, exec.Process);
        Assert.Equal(["/entry", "--flag", "sh", "-c", "echo hi"], exec.Request.Command.ToArray());
        await socket.ToEndAsync();
    }

    [Theory]
    [InlineData("/apps/web/processes/nope/exec", "Command: ls", "no such process")]
    [InlineData("/apps/web/processes/db-0123456789-abcde/exec", "Command: ls", "no such process")]
    [InlineData(Exec, "Command: 'open", "open single quote")]
    [InlineData(Exec, "Tty: maybe", "Tty must be true or false")]
    [InlineData("/apps/gone/processes/web/exec", "Command: ls", "app not found")]
    public async Task S18_a_command_that_cant_start_says_why_and_exits_1(string path, string header, string text)
    {
        await using var socket = await TestSocket.OpenAsync(world, path, headers: [header]);

        var (_, frames, close) = await socket.ToEndAsync();

        Assert.StartsWith("ERROR: ", frames[0], StringComparison.Ordinal);
        Assert.Contains(text, frames[0], StringComparison.Ordinal);
        Assert.Equal(WireSocket.ExitMarker + "1\n", frames[1]);
        Assert.Equal(1000, close);
    }
}
