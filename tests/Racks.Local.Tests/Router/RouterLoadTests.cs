using Palisade.Driver;

namespace Palisade.Racks.Local.Tests.Router;

[Collection("router")]
[Trait("Category", "Load")]
public sealed class RouterLoadTests
{
    [Fact]
    public async Task Servers_added_drained_and_deleted_under_load_lose_no_request()
    {
        await using var a = new RawBackend("a");
        await using var b = new RawBackend("b");
        await using var c = new RawBackend("c");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        var master = test.Router.MasterPid;
        await using var load = new SteadyLoad(test.Port, TestRouter.Host);
        await load.MoreAsync(100);

        foreach (var (before, after) in new[] { (a, b), (b, c) })
        {
            await test.ApplyAsync(before, after);
            await load.MoreAsync(100);
            var drained = await test.Router.DrainAsync("web-80", before.Name, TimeSpan.FromSeconds(5), default);
            Assert.Equal(0, drained.Value.CutSessions);
            var served = before.Requests;
            await load.MoreAsync(50);
            Assert.Equal(served, before.Requests);
            await test.ApplyAsync(after);
            before.Kill();
            await load.MoreAsync(100);
        }

        await load.PromisedAsync();
        var (sent, lost) = await load.StopAsync();
        Assert.Empty(lost);
        Assert.True(sent >= 500);
        Assert.Equal(["a", "b", "c"], load.ByBackend.Keys.Order());
        Assert.Equal(master, test.Router.MasterPid);
        await Eventually.TrueAsync(
            async () => (await test.Router.StatusAsync(default)).Select(s => s.Server).SequenceEqual(["c"]),
            "a and b deleted from HAProxy"
        );
    }

    [Fact]
    public async Task Http_to_https_and_back_and_another_health_path_under_load_lose_no_request()
    {
        await using var plain = new RawBackend("plain") { HealthPath = "/old" };
        await using var secure = new RawBackend("secure") { Tls = true, HealthPath = "/new?x=%20y" };
        await using var other = new RawBackend("other") { HealthPath = "/" };
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(plain);
        await using var load = new SteadyLoad(test.Port, TestRouter.Host);
        await load.MoreAsync(100);

        // There and back, then the same after a reload that knows both from its files.
        await ReplaceAsync(test, load, plain, secure);
        await ReplaceAsync(test, load, secure, plain);
        var elsewhere = TestRouter.Backend("other", "other.localhost", other);
        await test.ApplyAsync(test.Model(TestRouter.Backend("web-80", TestRouter.Host, plain, secure), elsewhere));
        await ServedAsync(load, plain, secure);

        await load.PromisedAsync();
        var (_, lost) = await load.StopAsync();
        Assert.Empty(lost);
        Assert.Equal((0, 0, 0), (plain.WrongChecks, secure.WrongChecks, other.WrongChecks));
    }

    [Fact]
    public async Task A_process_without_a_health_check_serves_beside_one_that_has_one()
    {
        await using var asked = new RawBackend("asked");
        await using var silent = new RawBackend("silent") { HealthStatus = 500 };
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(asked);
        var both = TestRouter.Backend("web-80", TestRouter.Host, asked, silent);
        both = both with { Servers = [both.Servers[0], both.Servers[1] with { HealthCheck = null }] };
        await using var load = new SteadyLoad(test.Port, TestRouter.Host);

        await test.ApplyAsync(test.Model(both));
        await Eventually.TrueAsync(
            () => Task.FromResult(silent.Requests > 50 && asked.Requests > 50 && asked.Checks > 2),
            "both serve and one is asked"
        );
        silent.Kill();
        await load.MoreAsync(200);

        var (_, lost) = await load.StopAsync();
        Assert.Empty(lost);
        Assert.Equal((0, 0), (silent.Checks, silent.WrongChecks));
    }

    [Fact]
    public async Task A_killed_process_loses_no_get()
    {
        await using var a = new RawBackend("a");
        await using var b = new RawBackend("b");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a, b);
        await using var load = new SteadyLoad(test.Port, TestRouter.Host);
        await load.MoreAsync(200);

        a.Kill();
        await load.MoreAsync(400);

        await load.PromisedAsync();
        var (_, lost) = await load.StopAsync();
        Assert.Empty(lost);
        await Eventually.TrueAsync(
            async () =>
                (await test.Router.StatusAsync(default)).Any(s =>
                    s is { Server: "a", State: Local.Router.ServerState.Down }
                ),
            "the router sees that a is down"
        );
    }

    [Fact]
    public async Task Reloads_under_load_lose_no_request()
    {
        await using var a = new RawBackend("a");
        await using var b = new RawBackend("b");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        await using var load = new SteadyLoad(test.Port, TestRouter.Host);
        await load.MoreAsync(100);

        for (var round = 0; round < 5; round++)
        {
            await test.ApplyAsync(
                test.Model(
                    TestRouter.Backend("web-80", TestRouter.Host, a),
                    TestRouter.Backend($"other-{round}", $"other{round}.localhost", b)
                )
            );
            Assert.Equal((200, "b"), Short(await test.GetAsync($"other{round}.localhost")));
            await load.MoreAsync(100);
        }

        await load.PromisedAsync();
        var (_, lost) = await load.StopAsync();
        Assert.Empty(lost);
    }

    [Fact]
    public async Task A_drain_after_a_reload_waits_for_the_idle_connections_of_the_retired_worker()
    {
        await using var a = new RawBackend("a");
        await using var b = new RawBackend("b");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        using var idle = new PlainHttp(test.Port);
        Assert.Equal((200, "a"), Short(await idle.GetAsync("/", TestRouter.Host, keepAlive: true)));

        // A reload leaves the connection with the first worker; then a is replaced by b without one.
        var other = TestRouter.Backend("other", "other.localhost", b);
        await test.ApplyAsync(test.Model(TestRouter.Backend("web-80", TestRouter.Host, a), other));
        await test.ApplyAsync(test.Model(TestRouter.Backend("web-80", TestRouter.Host, a, b), other));
        var draining = test.Router.DrainAsync("web-80", "a", TimeSpan.FromSeconds(30), default);
        await Task.WhenAny(draining, Task.Delay(500));
        Assert.False(draining.IsCompleted);
        Assert.Equal((200, "a"), Short(await idle.GetAsync("/", TestRouter.Host, keepAlive: true)));

        // Its answer closed the connection, so the retired worker ends, and with it the wait.
        Assert.Equal(0, (await draining.WaitAsync(TimeSpan.FromSeconds(5))).Value.CutSessions);
        a.Kill();
        Assert.Equal((200, "b"), Short(await idle.GetAsync("/", TestRouter.Host, keepAlive: true)));
    }

    private static async Task ReplaceAsync(TestRouter test, SteadyLoad load, RawBackend before, RawBackend after)
    {
        await test.ApplyAsync(before, after);
        await ServedAsync(load, before, after);
        var drained = await test.Router.DrainAsync("web-80", before.Name, TimeSpan.FromSeconds(5), default);
        Assert.Equal(0, drained.Value.CutSessions);
        await test.ApplyAsync(after);
        await load.MoreAsync(100);
    }

    /// <summary>Both get requests, and have been asked for their health several times meanwhile.</summary>
    private static async Task ServedAsync(SteadyLoad load, RawBackend one, RawBackend two)
    {
        foreach (var backend in new[] { one, two })
        {
            var (requests, checks) = (backend.Requests, backend.Checks);
            await load.MoreAsync(100);
            await Eventually.TrueAsync(
                () => Task.FromResult(backend.Requests > requests + 20 && backend.Checks > checks + 1),
                $"{backend.Name} serves and is asked"
            );
        }
    }

    private static (int Status, string Name) Short((int Status, string Body) answer) =>
        (answer.Status, answer.Body.Split('\n')[0]);
}
