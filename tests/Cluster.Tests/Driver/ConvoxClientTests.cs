using System.Security.Cryptography;
using System.Text;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Driver;

/// <summary>The driver against transcripts of the official client (convox-wire.md, Appendix A).</summary>
public sealed class ConvoxClientTests
{
    private const string Racks =
        """[{"name":"staging","organization":{"name":"acme"},"provider":"local","status":"running"}]""";
    private static readonly CliRhythm Quick = CliRhythm.Fast with
    {
        App = TimeSpan.FromMilliseconds(5),
        AppLimit = TimeSpan.FromSeconds(20),
    };

    [Fact]
    public async Task Login_sends_what_the_official_client_sends()
    {
        await using var peer = new ScriptedPeer(_ => (200, "ok\n"));

        await Client(peer, "dkabc123").LoginAsync();

        Assert.Equal(
            $"GET /auth? HTTP/1.1\r\nHost: localhost:{peer.Port}\r\nUser-Agent: convox.go/dev\r\nAccept: */*\r\n"
                + "Authorization: Basic Y29udm94OmRrYWJjMTIz\r\nContent-Type: application/octet-stream\r\nVersion: dev\r\nAccept-Encoding: gzip\r\n\r\n",
            peer.Requests.Single()
        );
    }

    [Fact]
    public async Task Env_set_reads_all_and_writes_all_as_a_sorted_form()
    {
        await using var peer = new ScriptedPeer(request =>
            Line(request) switch
            {
                "GET /racks?" => (200, Racks),
                "GET /apps/web/releases?limit=1" => (200, """[{"id":"RAAAAAAAAAA","app":"web"}]"""),
                "GET /apps/web/releases/RAAAAAAAAAA?" => (
                    200,
                    """{"id":"RAAAAAAAAAA","app":"web","env":"FOO=bar\nBAZ=qux","created":"2024-09-01T10:00:00Z"}"""
                ),
                "GET /system?" => (
                    200,
                    """{"count":0,"name":"staging","provider":"local","status":"running","version":"3.18.9"}"""
                ),
                "POST /apps/web/releases?" => (200, """{"id":"RCCCCCCCCCC","app":"web"}"""),
                _ => (404, ""),
            }
        );

        var release = await Client(peer).EnvSetAsync("web", new Dictionary<string, string> { ["A"] = "1" });

        Assert.Equal("RCCCCCCCCCC", release);
        var last = peer.Requests[^1];
        Assert.EndsWith("\r\n\r\nenv=A%3D1%0ABAZ%3Dqux%0AFOO%3Dbar", last, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/x-www-form-urlencoded\r\n", last, StringComparison.Ordinal);
        Assert.Contains("\r\nRack: acme/staging\r\nSession: \r\n", last, StringComparison.Ordinal);
        Assert.Equal(5, peer.Requests.Count);
    }

    [Theory]
    [InlineData("""{"error":"nope"}""", "nope")]
    [InlineData("nope here\n", "nope here")]
    [InlineData("", "response status 403")]
    public async Task An_error_shows_as_the_client_shows_it(string body, string shown)
    {
        await using var peer = new ScriptedPeer(request => Line(request) == "GET /racks?" ? (200, Racks) : (403, body));

        var error = await Assert.ThrowsAsync<ConvoxException>(() => Client(peer).AppsAsync());

        Assert.Equal((shown, 403), (error.Message, error.Status));
    }

    [Theory]
    [InlineData("2024-09-01T10:00:00")]
    [InlineData("")]
    public async Task A_time_without_a_zone_is_fatal(string time)
    {
        await using var peer = new ScriptedPeer(request =>
            Line(request) == "GET /racks?"
                ? (200, Racks)
                : (200, $$"""[{"id":"B","app":"web","status":"running","started":"{{time}}"}]""")
        );

        var error = await Assert.ThrowsAsync<ConvoxException>(() => Client(peer).BuildsAsync("web"));

        Assert.Contains("not a time with a zone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_succeeds_after_two_running_in_a_row()
    {
        var statuses = new Queue<string>(["creating", "running", "updating", "running", "running", "failed"]);
        await using var peer = new ScriptedPeer(_ => (200, $$"""{"name":"web","status":"{{statuses.Dequeue()}}"}"""));

        await Client(peer).WaitForAppAsync("web");

        Assert.Equal(["failed"], statuses);
    }

    [Fact]
    public async Task A_wait_fails_once_a_rollback_was_seen_even_if_the_app_runs_again()
    {
        var statuses = new Queue<string>(["updating", "rollback", "running", "running"]);
        await using var peer = new ScriptedPeer(_ => (200, $$"""{"name":"web","status":"{{statuses.Dequeue()}}"}"""));

        var error = await Assert.ThrowsAsync<ConvoxException>(() => Client(peer).WaitForAppAsync("web"));

        Assert.Equal("rollback", error.Message);
        Assert.Single(statuses);
    }

    [Fact]
    public async Task Exec_sends_slices_and_the_end_and_takes_any_bytes_and_the_exit_code()
    {
        var received = new List<(int Opcode, byte[] Payload)>();
        await using var peer = new ScriptedPeer(
            async (request, stream) =>
            {
                if (Line(request) == "GET /racks?")
                {
                    await stream.WriteAsync(
                        Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Racks.Length}\r\n\r\n{Racks}")
                    );
                    return;
                }

                await UpgradeAsync(request, stream);
                do
                {
                    received.Add(await ReadMaskedAsync(stream));
                } while (received[^1].Opcode != 2);

                await stream.WriteAsync(Frame(1, new byte[70_000]));
                await stream.WriteAsync(Frame(9, [1, 2]));
                await stream.WriteAsync(Frame(1, [0xFF, 0xFE]));
                await stream.WriteAsync(Frame(1, Encoding.ASCII.GetBytes("F1E49A85-0AD7-4AEF-A618-C249C6E6568D:7\n")));
                await stream.WriteAsync(Frame(2, []));
                received.Add(await ReadMaskedAsync(stream));
            }
        );
        var input = RandomNumberGenerator.GetBytes(2500);

        var result = await Client(peer).ExecAsync("web", "p1", "cat", input);

        Assert.Equal(
            (7, true, 70_002, "binary frame"),
            (result.ExitCode, result.CodeWasSent, result.Output.Length, result.EndedBy)
        );
        Assert.Equal([0xFF, 0xFE], result.Output[^2..]);
        Assert.Equal([1024, 1024, 452], received.Where(f => f.Opcode == 1).Select(f => f.Payload.Length));
        Assert.Equal(input, received.Where(f => f.Opcode == 1).SelectMany(f => f.Payload));
        Assert.Equal([1, 2], received.Single(f => f.Opcode == 10).Payload);
        Assert.Contains(
            "\r\nCommand: cat\r\nTty: false\r\nRack: acme/staging\r\n",
            peer.Requests[^1],
            StringComparison.Ordinal
        );
        Assert.Equal("GET /apps/web/processes/p1/exec", Line(peer.Requests[^1]));
        Assert.Equal(3, peer.Requests.Count);
    }

    [Fact]
    public async Task A_refused_upgrade_is_a_bad_handshake()
    {
        await using var peer = new ScriptedPeer(request =>
            Line(request) == "GET /racks?" ? (200, Racks) : (403, "why")
        );

        var error = await Assert.ThrowsAsync<ConvoxException>(() => Client(peer).LogsAsync("web"));

        Assert.Equal("websocket: bad handshake", error.Message);
    }

    private static ConvoxClient Client(ScriptedPeer peer, string token = "t") =>
        new(new ConvoxTarget("localhost", peer.Port, token, "acme/staging"), Quick);

    private static string Line(string request) => request[..request.IndexOf(" HTTP/1.1", StringComparison.Ordinal)];

    private static async Task UpgradeAsync(string request, Stream stream)
    {
        var key = request.Split("\r\n").Single(l => l.StartsWith("Sec-WebSocket-Key: ", StringComparison.Ordinal))[
            19..
        ];
#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1.
        var accept = Convert.ToBase64String(
            SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
        );
#pragma warning restore CA5350
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
            )
        );
    }

    private static byte[] Frame(int opcode, byte[] payload)
    {
        byte[] head = payload.Length switch
        {
            < 126 => [(byte)payload.Length],
            <= 0xFFFF => [126, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ =>
            [
                127,
                0,
                0,
                0,
                0,
                (byte)(payload.Length >> 24),
                (byte)(payload.Length >> 16),
                (byte)(payload.Length >> 8),
                (byte)payload.Length,
            ],
        };
        return [(byte)(0x80 | opcode), .. head, .. payload];
    }

    private static async Task<(int Opcode, byte[] Payload)> ReadMaskedAsync(Stream stream)
    {
        var head = new byte[2];
        await stream.ReadExactlyAsync(head);
        Assert.True((head[1] & 0x80) != 0, "a client's frame must be masked");
        var length = head[1] & 0x7F;
        if (length == 126)
        {
            var more = new byte[2];
            await stream.ReadExactlyAsync(more);
            length = more[0] << 8 | more[1];
        }

        var mask = new byte[4];
        await stream.ReadExactlyAsync(mask);
        var payload = new byte[length];
        await stream.ReadExactlyAsync(payload);
        return (head[0] & 0x0F, [.. payload.Select((b, i) => (byte)(b ^ mask[i % 4]))]);
    }
}
