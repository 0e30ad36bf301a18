using System.Security.Cryptography;
using System.Text;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Driver;

/// <summary>Websockets, frame by frame.</summary>
public sealed partial class ConvoxClientTests
{
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
