using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Tests.Router;

[Collection("router")]
public sealed class RouterRoutingTests
{
    [Fact]
    public async Task S27_only_the_exact_normalised_host_is_routed()
    {
        await using var a = new RawBackend("a");
        await using var b = new RawBackend("b");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(
            test.Model(
                TestRouter.Backend("a", "web.app.localhost", a),
                TestRouter.Backend("b", "xn--bcher-kva.example", b)
            )
        );

        foreach (
            var host in new[]
            {
                "web.app.localhost",
                "WEB.App.LocalHost",
                "web.app.localhost.",
                "web.app.localhost:8080",
                "web.app.localhost.:1",
            }
        )
        {
            var (status, body) = await test.GetAsync(host);
            Assert.True(status == 200 && body.StartsWith("a\n", StringComparison.Ordinal), $"{host}: {status} {body}");
        }

        Assert.StartsWith("b\n", (await test.GetAsync("XN--BCHER-KVA.example")).Body, StringComparison.Ordinal);
        string[] strangers =
        [
            "app.localhost",
            "x.web.app.localhost",
            "web.app.localhost.evil.com",
            "web-app.localhost",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "web.app.localhost..",
            "web.app.localhost:80:80",
            "web.app.localhost:x",
            "b\u00fccher.example",
            "web.app.localhost/",
        ];
        foreach (var host in strangers)
        {
            var (status, body) = await test.GetAsync(host);
            Assert.True(status is 404 or 400, $"{host}: {status} {body}");
            Assert.DoesNotContain("Host:", body, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal((404, "No service answers to this host name here.\n"), await test.GetAsync("nobody.localhost"));
        foreach (
            var head in new[]
            {
                "Host: web.app.localhost\r\nHost: xn--bcher-kva.example\r\n",
                "Host: web.app.localhost, xn--bcher-kva.example\r\n",
                "",
            }
        )
        {
            using var http = new PlainHttp(test.Port);
            Assert.Equal(400, (await http.SendAsync($"GET / HTTP/1.1\r\n{head}Connection: close\r\n\r\n")).Status);
        }
    }

    [Fact]
    public async Task S27_what_a_client_says_about_its_origin_is_replaced()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        using var http = new PlainHttp(test.Port);

        var (_, body) = await http.SendAsync(
            $"GET / HTTP/1.1\r\nHost: {TestRouter.Host}\r\nX-Forwarded-For: 6.6.6.6\r\nx-forwarded-FOR: 7.7.7.7\r\nX-Forwarded-Proto: https\r\n"
                + "X-Forwarded-Host: evil\r\nX-Forwarded-Port: 666\r\nForwarded: for=6.6.6.6\r\nX_Forwarded_For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n"
                + "X-Forwarded-Prefix: /evil\r\nProxy: evil\r\nX-Mine: kept\r\n\r\n"
        );

        Assert.DoesNotContain("6.6.6.6", body, StringComparison.Ordinal);
        Assert.DoesNotContain("7.7.7.7", body, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", body, StringComparison.Ordinal);
        Assert.DoesNotContain("666", body, StringComparison.Ordinal);
        Assert.Contains("x-forwarded-for: 127.0.0.1\n", body, StringComparison.Ordinal);
        Assert.Contains("x-forwarded-proto: http\n", body, StringComparison.Ordinal);
        Assert.Contains($"x-forwarded-port: {test.Port}\n", body, StringComparison.Ordinal);
        Assert.Contains($"x-forwarded-host: {TestRouter.Host}\n", body, StringComparison.Ordinal);
        Assert.Contains("x-mine: kept\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_without_a_healthy_process_answers_503_in_words()
    {
        await using var a = new RawBackend("a") { HealthStatus = 500 };
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);

        await Eventually.TrueAsync(
            async () => (await test.Router.StatusAsync(default)) is [{ State: ServerState.Down, Checked: true }],
            "a seen as down"
        );

        Assert.Equal((503, "The service web.app has no healthy process at the moment.\n"), await test.GetAsync());
        Assert.Contains("500", (await test.Router.StatusAsync(default))[0].LastCheck, StringComparison.Ordinal);
        a.HealthStatus = 302;
        await Eventually.TrueAsync(async () => (await test.GetAsync()).Status == 200, "a healthy again");
    }

    /// <summary>
    /// Connections that came all at once time out all at once; its own checks decide whether a process is well.
    /// </summary>
    [Fact]
    public async Task A_process_that_was_too_busy_for_connections_is_still_asked()
    {
        var busy = new TaskCompletionSource();
        await using var a = new RawBackend("a", backlog: 1);
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        var backend = TestRouter.Backend("web", TestRouter.Host, a);
        await test.ApplyAsync(
            test.Model(
                backend with
                {
                    CheckTimeoutSeconds = 60,
                    Servers = [backend.Servers[0] with { HealthCheck = new RouterHealthCheck(a.HealthPath, 60) }],
                }
            )
        );
        await Eventually.TrueAsync(() => Task.FromResult(a.Checks == 1), "a asked for its health once");
        // One more is accepted before it stops accepting: it waits for it already.
        a.Busy = busy.Task;
        Assert.Equal(200, (await test.GetAsync()).Status);

        var asked = Enumerable.Range(0, 20).Select(_ => test.GetAsync()).ToArray();
        // The router gives a connection 3 s.
        await Task.Delay(TimeSpan.FromSeconds(4));
        busy.SetResult();

        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal(200, answer.Status));
        Assert.Equal(200, (await test.GetAsync()).Status);
    }

    [Fact]
    public async Task A_silent_service_is_504_after_its_own_timeout()
    {
        await using var a = new RawBackend("a") { Delay = TimeSpan.FromSeconds(30) };
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(test.Model(TestRouter.Backend("web", TestRouter.Host, a) with { TimeoutSeconds = 1 }));

        Assert.Equal(
            (504, "The service did not answer in time.\n"),
            await test.GetAsync().WaitAsync(TimeSpan.FromSeconds(10))
        );
    }

    [Fact]
    public async Task An_unanswered_request_is_sent_again_only_when_that_is_harmless()
    {
        await using var mute = new RawBackend("mute") { Mute = true };
        await using var good = new RawBackend("good");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(mute, good);

        for (var i = 0; i < 4; i++)
        {
            Assert.StartsWith("good\n", (await test.GetAsync()).Body, StringComparison.Ordinal);
        }

        var before = mute.Requests + good.Requests;
        var failed = 0;
        for (var i = 0; i < 4; i++)
        {
            using var http = new PlainHttp(test.Port);
            var post =
                $"POST / HTTP/1.1\r\nHost: {TestRouter.Host}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
            failed += (await http.SendAsync(post)).Status == 502 ? 1 : 0;
        }

        Assert.True(failed > 0, "no POST met the mute process");
        Assert.Equal(before + 4, mute.Requests + good.Requests);
    }

    [Fact]
    public async Task Smuggled_and_malformed_requests_reach_no_service()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        string[] requests =
        [
            $"GET / HTTP/1.1\r\nHost: {TestRouter.Host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: {TestRouter.Host}\r\nContent-Length: -1\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: {TestRouter.Host}\r\nTransfer-Encoding: chunked, x\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: {TestRouter.Host}\r\nBad Name: x\r\n\r\n",
            $"GET http://other.localhost/ HTTP/1.1\r\nHost: {TestRouter.Host}\r\n\r\n",
        ];
        foreach (var request in requests)
        {
            using var http = new PlainHttp(test.Port);
            var (status, _) = await http.SendAsync(request);
            Assert.True(status is >= 400 and < 500, $"{status} for {request}");
        }

        Assert.Equal(0, a.Requests);
    }
}
