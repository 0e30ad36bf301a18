using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Driver;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>Bytes in both directions, and TLS.</summary>
[Collection("router")]
public sealed class RouterTlsTests
{
    [Fact]
    public async Task Websockets_and_tls_with_the_racks_certificate_pass()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            if (!context.WebSockets.IsWebSocketRequest)
            {
                await context.Response.WriteAsync($"{context.Request.Headers["X-Forwarded-Proto"]}");
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[64];
            while (await socket.ReceiveAsync(buffer, default) is { MessageType: WebSocketMessageType.Text } message)
            {
                await socket.SendAsync(buffer.AsMemory(0, message.Count), WebSocketMessageType.Text, true, default);
            }
        });
        await app.StartAsync();
        var address = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        );
        await using var test = new TestRouter();
        var tls = FreePort.Next();
        var certificate = new RackCertificate(test.Router.Folder, TimeProvider.System);
        var names = RackCertificate.NamesFor([TestRouter.Host, "api.app.dev.acme.localhost", "www.example.com"]);
        Assert.Equal(["*.app.dev.acme.localhost", "www.example.com"], names.ToArray());
        Assert.True((await certificate.EnsureAsync(names, default)).Value);
        Assert.False((await certificate.EnsureAsync(names, default)).Value);
        await test.Router.StartAsync(default);
        await test.ApplyAsync(
            test.Model(
                new RouterBackend
                {
                    Key = "ws",
                    ServiceName = "web.app",
                    Hosts = [TestRouter.Host],
                    Servers = [new RouterServer("p1", "127.0.0.1", address.Port)],
                }
            ) with
            {
                TlsBinds = [new RouterBind("127.0.0.1", tls)],
            }
        );

        using var client = new ClientWebSocket();
        client.Options.SetRequestHeader("Host", TestRouter.Host);
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{test.Port}/"), default);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, default);
        var answer = new byte[64];
        var received = await client.ReceiveAsync(answer, default);
        Assert.Equal("hello", Encoding.UTF8.GetString(answer, 0, received.Count));

        // A reload and a drain leave it alone until the time is up.
        Assert.Equal(1, await test.Router.SessionsAsync("ws", "p1", default));
        var drained = await test.Router.DrainAsync("ws", "p1", TimeSpan.FromMilliseconds(300), default);
        Assert.Equal(1, drained.Value.CutSessions);
        Assert.True((await test.Router.RestoreAsync("ws", "p1", default)).Ok);

        using var authority = X509Certificate2.CreateFromPem(await certificate.AuthorityPemAsync(default));
        using var tcp = new TcpClient("127.0.0.1", tls);
        await using var stream = new SslStream(tcp.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = TestRouter.Host,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            }
        );
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {TestRouter.Host}\r\nConnection: close\r\n\r\n")
        );
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync();
        Assert.Contains("200 OK", text, StringComparison.Ordinal);
        Assert.Contains("https", text, StringComparison.Ordinal);
    }
}
