using System.Net;
using System.Net.Sockets;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>Models that change, and ones that are refused.</summary>
[Collection("router")]
public sealed class RouterChangeTests
{
    [Fact]
    public async Task Applying_the_same_model_again_changes_nothing()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        var written = File.GetLastWriteTimeUtc(Path.Combine(test.Folder, RouterFolder.ConfigFile));
        var workers = test.Workers();

        await test.ApplyAsync(a);

        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(test.Folder, RouterFolder.ConfigFile)));
        Assert.Equal(workers, test.Workers());
    }

    [Fact]
    public async Task Host_names_move_at_run_time()
    {
        await using var a = new RawBackend("a");
        await using var b = new RawBackend("b");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(
            test.Model(
                TestRouter.Backend("a", "a.localhost", a) with
                {
                    Hosts = ["a.localhost", "one.localhost"],
                },
                TestRouter.Backend("b", "b.localhost", b) with
                {
                    Hosts = ["b.localhost", "two.localhost"],
                }
            )
        );
        var workers = test.Workers();

        // More than one payload of HAProxy's buffer.
        var many = Enumerable
            .Range(0, 198)
            .Select(i => $"a-rather-long-host-name-to-fill-the-buffer-{i}.example.com")
            .ToArray();
        await test.ApplyAsync(
            test.Model(
                TestRouter.Backend("a", "a.localhost", a) with
                {
                    Hosts = ["a.localhost", "two.localhost", .. many],
                },
                TestRouter.Backend("b", "b.localhost", b) with
                {
                    Hosts = ["b.localhost"],
                }
            )
        );

        Assert.Equal(404, (await test.GetAsync("one.localhost")).Status);
        Assert.StartsWith("a\n", (await test.GetAsync("two.localhost")).Body, StringComparison.Ordinal);
        Assert.StartsWith("a\n", (await test.GetAsync(many[^1])).Body, StringComparison.Ordinal);
        Assert.Equal(workers, test.Workers());
    }

    [Fact]
    public async Task An_address_that_cannot_be_bound_leaves_the_previous_routing_serving()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        var good = await File.ReadAllTextAsync(Path.Combine(test.Folder, RouterFolder.ConfigFile));
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        var taken = ((IPEndPoint)squatter.LocalEndpoint).Port;

        var backend = TestRouter.Backend("web-80", TestRouter.Host, a) with
        {
            Listen = new RouterListen("127.0.0.1", taken, RouterMode.Http),
        };
        var refused = await test.Router.ApplyAsync(test.Model(backend), default);

        Assert.Equal("router.port_taken", refused.Problem?.Code);
        Assert.Equal(good, await File.ReadAllTextAsync(Path.Combine(test.Folder, RouterFolder.ConfigFile)));
        Assert.Equal(200, (await test.GetAsync()).Status);
        squatter.Stop();
        await test.ApplyAsync(test.Model(backend));
        using var inside = new PlainHttp(taken);
        Assert.Equal(200, (await inside.GetAsync("/", "anything")).Status);
    }

    [Fact]
    public async Task S27_a_hostile_model_changes_nothing()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        var good = await File.ReadAllTextAsync(Path.Combine(test.Folder, RouterFolder.ConfigFile));

        var refused = await test.Router.ApplyAsync(
            test.Model(
                TestRouter.Backend("web-80", TestRouter.Host, a) with
                {
                    Servers =
                    [
                        new RouterServer("a", "127.0.0.1", a.Port)
                        {
                            HealthCheck = new RouterHealthCheck("/ok\n  http-request return status 200", 1),
                        },
                    ],
                }
            ),
            default
        );

        Assert.Equal("router.invalid_model", refused.Problem?.Code);
        Assert.Equal(good, await File.ReadAllTextAsync(Path.Combine(test.Folder, RouterFolder.ConfigFile)));
        Assert.Equal(200, (await test.GetAsync()).Status);
        await Assert.ThrowsAsync<ArgumentException>(() => test.Router.SessionsAsync("web-80", "a;quit", default));
    }
}
