using Palisade.Driver;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>
/// An internal port that changes between <c>http:</c> and <c>tcp:</c>, in the order in which a rollout does it: the new
/// process joins, the old one is drained and goes, the mode changes by a reload.
/// </summary>
[Collection("router")]
[Trait("Category", "Load")]
public sealed class RouterModeTests
{
    private const string Key = "db-5000";

    private readonly int _port = FreePort.Next();

    [Fact]
    public async Task A_port_that_becomes_tcp_loses_no_request_of_a_protocol_that_both_speak()
    {
        await using var before = new RawBackend("before");
        await using var after = new RawBackend("after");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await ApplyAsync(test, RouterMode.Http, before);
        await using var load = new SteadyLoad(_port, "db.app.convox.local");
        await load.MoreAsync(100);

        await RolloutAsync(test, load, (RouterMode.Http, before), (RouterMode.Tcp, after));

        await load.PromisedAsync();
        var (_, lost) = await load.StopAsync();
        Assert.Empty(lost);
        Assert.Equal(["after", "before"], load.ByBackend.Keys.Order());
    }

    [Fact]
    public async Task A_port_that_becomes_http_loses_connections_that_outlast_the_drain_and_nothing_else()
    {
        await using var before = new RawBackend("before");
        await using var after = new RawBackend("after");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await ApplyAsync(test, RouterMode.Tcp, before);
        await using var load = new SteadyLoad(_port, "db.app.convox.local");
        await load.MoreAsync(100);

        await RolloutAsync(test, load, (RouterMode.Tcp, before), (RouterMode.Http, after));

        // The router can't tell a client of bytes that its connection should end.
        var (_, lost) = await load.StopAsync();
        Assert.InRange(lost.Length, 1, SteadyLoad.Lanes / 2);
        Assert.All(lost, request => Assert.Contains("kept", request, StringComparison.Ordinal));
    }

    private async Task RolloutAsync(
        TestRouter test,
        SteadyLoad load,
        (RouterMode Mode, RawBackend Process) old,
        (RouterMode Mode, RawBackend Process) fresh
    )
    {
        await ApplyAsync(test, old.Mode, old.Process, fresh.Process);
        await load.MoreAsync(200);
        Assert.True(fresh.Process.Requests > 0, "the new process serves beside the old one");
        var drained = await test.Router.DrainAsync(Key, old.Process.Name, TimeSpan.FromSeconds(2), default);
        Assert.True(drained.Ok, drained.ToString());
        await ApplyAsync(test, old.Mode, fresh.Process);
        old.Process.Kill();
        await load.MoreAsync(200);
        var workers = test.Workers();
        await ApplyAsync(test, fresh.Mode, fresh.Process);
        Assert.NotEqual(workers, test.Workers());
        await load.MoreAsync(200);
    }

    private Task ApplyAsync(TestRouter test, RouterMode mode, params RawBackend[] servers) =>
        test.ApplyAsync(
            test.Model(
                new RouterBackend
                {
                    Key = Key,
                    ServiceName = "db.app",
                    Listen = new RouterListen("127.0.0.1", _port, mode),
                    Servers = [.. servers.Select(s => new RouterServer(s.Name, "127.0.0.1", s.Port))],
                }
            )
        );
}
