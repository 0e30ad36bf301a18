using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Palisade.Driver.Wire;

/// <summary>
/// HTTP/1.1 written by hand, so that every byte is where the official client puts it (convox-wire.md 1.3 and 1.8).
/// </summary>
internal static class GoHttp
{
    public static async Task<WireResponse> SendAsync(ConvoxTarget target, WireRequest request, CancellationToken ct)
    {
        await using var wire = await WireStream.ConnectAsync(target, ct);
        var content = request.Chunked ? Chunks(request.Content) : request.Content;
        await wire.WriteAsync(Encoding.UTF8.GetBytes(Head(target, request, content.Length)), ct);
        if (content.Length > 0)
        {
            try
            {
                await wire.WriteAsync(content, ct);
            }
            catch (IOException)
            {
                // The server may answer, and close, before it has read the body: the answer is what counts.
            }
        }

        return await ReadAsync(wire, bodyless: request.Method == "HEAD", ct);
    }

    public static async Task<(int Status, Dictionary<string, string> Headers)> ReadHeadAsync(
        WireStream wire,
        CancellationToken ct
    )
    {
        var line = await wire.ReadLineAsync(ct) ?? throw new IOException("EOF");
        var status = int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await wire.ReadLineAsync(ct) is { Length: > 0 } header)
        {
            var cut = header.IndexOf(':', StringComparison.Ordinal);
            headers[header[..cut]] = header[(cut + 1)..].Trim();
        }

        return (status, headers);
    }

    /// <summary>Go copies 32 KiB at a time.</summary>
    private static byte[] Chunks(byte[] content) =>
        [
            .. content
                .Chunk(32 * 1024)
                .SelectMany(c => (byte[])[.. Encoding.ASCII.GetBytes($"{c.Length:x}\r\n"), .. c, .. "\r\n"u8]),
            .. "0\r\n\r\n"u8,
        ];

    internal static string Head(ConvoxTarget target, WireRequest request, int length)
    {
        var path = request.Path.Contains('?', StringComparison.Ordinal) ? request.Path : request.Path + "?";
        var head = new StringBuilder($"{request.Method} {path} HTTP/1.1\r\nHost: {target.Authority}\r\n").Append(
            "User-Agent: convox.go/dev\r\n"
        );
        if (request.Chunked)
        {
            head.Append("Transfer-Encoding: chunked\r\n");
        }
        else if (length > 0 || request.Form is not null || request.Method is "POST" or "PUT")
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n");
        }

        head.Append("Accept: */*\r\n").Append("Authorization: ").Append(target.Authorization).Append("\r\n");
        head.Append("Content-Type: ")
            .Append(request.Form is { Count: > 0 } ? "application/x-www-form-urlencoded" : "application/octet-stream")
            .Append("\r\n");
        AppendCommon(head, target, request);
        return head.Append("Accept-Encoding: gzip\r\n\r\n").ToString();
    }

    internal static void AppendCommon(StringBuilder head, ConvoxTarget target, WireRequest request)
    {
        foreach (var (name, value) in request.Options)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (request.Bound && target.Rack is { } rack)
        {
            head.Append("Rack: ").Append(rack).Append("\r\n");
        }

        if (request.WithSession)
        {
            head.Append("Session: ").Append(target.Session).Append("\r\n");
        }

        head.Append("Version: dev\r\n");
    }

    private static async Task<WireResponse> ReadAsync(WireStream wire, bool bodyless, CancellationToken ct)
    {
        var (status, headers) = await ReadHeadAsync(wire, ct);
        byte[] body;
        if (bodyless || status is 204 or 304)
        {
            body = [];
        }
        else if (
            headers.TryGetValue("Transfer-Encoding", out var coding)
            && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase)
        )
        {
            body = await ReadChunksAsync(wire, ct);
        }
        else if (headers.TryGetValue("Content-Length", out var length))
        {
            body = await wire.ReadExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture), ct);
        }
        else
        {
            body = await wire.ReadToEndAsync(ct);
        }

        if (headers.TryGetValue("Content-Encoding", out var encoding) && encoding == "gzip")
        {
            using var unpacked = new MemoryStream();
            await using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            await gzip.CopyToAsync(unpacked, ct);
            body = unpacked.ToArray();
        }

        return new(status, headers, body);
    }

    private static async Task<byte[]> ReadChunksAsync(WireStream wire, CancellationToken ct)
    {
        using var all = new MemoryStream();
        while (true)
        {
            var line =
                await wire.ReadLineAsync(ct) ?? throw new EndOfStreamException("The connection ended between chunks.");
            var size = int.Parse(line.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                while (await wire.ReadLineAsync(ct) is { Length: > 0 })
                {
                    // Trailers are read and not looked at.
                }

                return all.ToArray();
            }

            all.Write(await wire.ReadExactlyAsync(size, ct));
            await wire.ReadLineAsync(ct);
        }
    }
}
