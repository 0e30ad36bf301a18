using System.Net;
using System.Net.Sockets;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Tests.Router;

[Collection("router")]
public sealed class RouterHostTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task S27_sockets_and_files_are_the_owners_alone()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await new RackCertificate(test.Router.Folder, TimeProvider.System).EnsureAsync(["*.a.localhost"], default);
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(test.Folder));
        foreach (
            var name in new[]
            {
                RouterFolder.AdminSocket,
                RouterFolder.MasterSocket,
                RouterFolder.ConfigFile,
                RouterFolder.HostMapFile,
                RouterFolder.CheckMapFile,
                RouterFolder.ModelFile,
                RouterFolder.MasterFile,
                RouterFolder.CertificateFile,
                RackCertificate.AuthorityKeyFile,
            }
        )
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(test.Folder, name)));
        }
    }

    [Fact]
    public async Task A_new_owner_adopts_the_running_router_and_keeps_its_drains()
    {
        await using var a = new RawBackend("a");
        await using var b = new RawBackend("b");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a, b);
        await test.Router.DrainAsync("web-80", "a", TimeSpan.FromSeconds(5), default);
        var pid = test.Router.MasterPid;

        await test.RestartOwnerAsync();

        Assert.NotNull(pid);
        Assert.Equal(pid, test.Router.MasterPid);
        await test.ApplyAsync(a, b);
        var states = (await test.Router.StatusAsync(default)).ToDictionary(s => s.Server, s => s.State);
        Assert.Equal(ServerState.Up, states["b"]);
        Assert.Equal(ServerState.Maintenance, states["a"]);

        // Without the record of its process it is still found, by its socket.
        File.Delete(Path.Combine(test.Folder, RouterFolder.MasterFile));
        await test.RestartOwnerAsync();
        Assert.Equal(pid, test.Router.MasterPid);
        Assert.True((await test.Router.RestoreAsync("web-80", "a", default)).Ok);
        Assert.Equal(2, (await test.Router.StatusAsync(default)).Count(s => s.State == ServerState.Up));
    }

    [Fact]
    public async Task Applying_the_same_model_again_changes_nothing()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        var written = File.GetLastWriteTimeUtc(Path.Combine(test.Folder, RouterFolder.ConfigFile));
        var workers = Children(test.Router.MasterPid!.Value);

        await test.ApplyAsync(a);

        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(test.Folder, RouterFolder.ConfigFile)));
        Assert.Equal(workers, Children(test.Router.MasterPid!.Value));
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
        var workers = Children(test.Router.MasterPid!.Value);

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
        Assert.Equal(workers, Children(test.Router.MasterPid!.Value));
    }

    [Fact]
    public async Task A_killed_master_is_started_again()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        var pid = test.Router.MasterPid!.Value;

        System.Diagnostics.Process.GetProcessById(pid).Kill();

        await Eventually.TrueAsync(
            async () => test.Router.MasterPid is { } now && now != pid && await AnswersAsync(test),
            "a new master that serves"
        );
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

        Assert.Equal("router.reload_failed", refused.Problem?.Code);
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

    [Fact]
    public async Task A_long_and_odd_folder_name_works()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter(under: $"it's \"odd\" # $x/{new string('d', 120)}");
        await test.Router.StartAsync(default);

        await test.ApplyAsync(a);

        Assert.Equal(200, (await test.GetAsync()).Status);
        await test.RestartOwnerAsync();
        Assert.True(test.Router.IsRunning);
    }

    [Fact]
    public async Task A_private_tcp_address_carries_bytes()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        var port = FreePorts.Next();

        await test.ApplyAsync(
            test.Model(
                TestRouter.Backend("tcp", "x.localhost", a) with
                {
                    Hosts = [],
                    CheckTimeoutSeconds = null,
                    Servers = [new RouterServer("a", "127.0.0.1", a.Port)],
                    Listen = new RouterListen("127.0.0.1", port, RouterMode.Tcp),
                }
            )
        );

        using var http = new PlainHttp(port);
        var (status, body) = await http.GetAsync("/", "anything");
        Assert.Equal(200, status);
        Assert.DoesNotContain("x-forwarded", body, StringComparison.Ordinal);
        Assert.Equal(404, (await test.GetAsync("x.localhost")).Status);
    }

    private static async Task<bool> AnswersAsync(TestRouter test)
    {
        try
        {
            return (await test.GetAsync()).Status == 200;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
    }

    private static string Children(int pid) => File.ReadAllText($"/proc/{pid}/task/{pid}/children").Trim();
}
