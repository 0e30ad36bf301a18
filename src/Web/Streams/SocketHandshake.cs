using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Streams;

/// <summary>The opening handshake of RFC 6455 section 4.2.</summary>
internal static class SocketHandshake
{
    // RFC 6455 section 1.3.
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>
    /// Why the request is no websocket, or null when it is one. <c>socket.expected</c> answers a plain request.
    /// </summary>
    public static Problem? Check(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (
            context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }
            || !headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
        )
        {
            return new Invalid("socket.expected", "this path answers websockets only")
            {
                Suggestion = "ask with the convox client or another websocket client over HTTP/1.1",
            };
        }

        if (headers.SecWebSocketVersion.ToString() != "13")
        {
            return new Invalid("socket.version", "only websocket version 13 is served");
        }

        Span<byte> nonce = stackalloc byte[24];
        return Convert.TryFromBase64String(headers.SecWebSocketKey.ToString(), nonce, out var length) && length == 16
            ? null
            : new Invalid("socket.key", "the Sec-WebSocket-Key header is missing or not 16 bytes in base64");
    }

    /// <summary>Answers 101 and gives the socket. <see cref="Check"/> was asked before.</summary>
    public static async Task<WireSocket> AcceptAsync(HttpContext context, TimeProvider time)
    {
        var headers = context.Response.Headers;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = Accept(context.Request.Headers.SecWebSocketKey.ToString());

        // An upgraded stream lives as long as its client: minimum rates and body sizes are for requests.
        context.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate = null;
        context.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = null;
        var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        var closed = context.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed ?? CancellationToken.None;
        return new WireSocket(stream, time, closed);
    }

    // SHA-1 is what the protocol says; nothing rests on it.
#pragma warning disable CA5350
    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key.Trim() + KeySuffix)));
#pragma warning restore CA5350
}
