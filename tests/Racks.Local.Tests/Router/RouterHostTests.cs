using System.Net.Sockets;
using Palisade.Driver;
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
    public async Task A_second_router_does_not_take_half_of_the_requests_to_a_port_and_says_who_has_it()
    {
        await using var backend = new RawBackend("one");
        await using var first = new TestRouter();
        await first.Router.StartAsync(default);
        await first.ApplyAsync(backend);
        await using var second = new TestRouter();
        await second.Router.StartAsync(default);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var refused = await second.Router.ApplyAsync(first.Model(), default);

            Assert.Equal("router.port_taken", refused.Problem?.Code);
            Assert.Contains($"port {first.Port} of 127.0.0.1", refused.Problem!.Text, StringComparison.Ordinal);
            // Tenants are shown it: which program of the host that is concerns its operator alone.
            Assert.DoesNotContain("process", refused.Problem.Text, StringComparison.Ordinal);
        }

        Assert.Contains(
            $"Port {first.Port} of 127.0.0.1 is held by haproxy, process {first.Workers()}",
            second.Log.Lines
        );

        foreach (var _ in Enumerable.Range(0, 20))
        {
            Assert.Equal(200, (await first.GetAsync()).Status);
        }
    }

    [Fact]
    public async Task A_router_whose_master_is_silent_does_not_take_itself_for_another_program()
    {
        await using var a = new RawBackend("a");
        await using var test = new TestRouter();
        await test.Router.StartAsync(default);
        await test.ApplyAsync(a);
        File.Delete(Path.Combine(test.Folder, RouterFolder.MasterSocket));

        var refused = await test.Router.ApplyAsync(
            test.Model(TestRouter.Backend("api-80", TestRouter.Host, a)),
            default
        );

        Assert.Equal("router.unreachable", refused.Problem?.Code);
        Assert.DoesNotContain(test.Log.Lines, line => line.Contains("is held by", StringComparison.Ordinal));
        Assert.Equal(200, (await test.GetAsync()).Status);
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
        var port = FreePort.Next();

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
}
