using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>What runs in builds and containers tries to get out, through the whole product.</summary>
[Collection(ResilienceGroup.Name)]
public sealed class IsolationTests(ITestOutputHelper output)
{
    /// <summary>
    /// Tells of each target whether a connection opens, of each path whether it is there, and what the kernel says of
    /// the process.
    /// </summary>
    private const string Probe = """
        #!/bin/sh
        while read -r name ip port; do
            if echo | nc -w 2 "$ip" "$port" >/dev/null 2>&1; then echo "$1 OPEN $name"; else echo "$1 SHUT $name"; fi
        done < /targets
        while read -r path; do
            if [ -e "$path" ]; then echo "$1 SEES $path"; else echo "$1 LACKS $path"; fi
        done < /paths
        grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status | while read -r key value; do echo "$1 $key $value"; done
        echo "$1 DONE"
        """;

    private const string Start = """
        #!/bin/sh
        mkdir -p /tmp/www
        echo ok > /tmp/www/healthz
        httpd -f -p 3000 -h /tmp/www &
        trap 'kill "$!"; exit 0' TERM INT
        /bin/sh /probe app
        wait
        """;

    [Fact]
    public async Task S24_S25_S26_S28_A_build_and_a_container_reach_internal_services_of_their_rack_and_nothing_else()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var answered = AnswerAsync(listener);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.True(await Stage.ConnectsAsync(IPAddress.Loopback, port));
        await using var server = await ServerProcess.StartAsync();
        var client = ConvoxClient.Of(server);
        using var inner = SampleApp.Web(more: "    internal: true");
        using var other = SampleApp.Web();
        foreach (var (app, source) in new[] { ("inner", inner), ("other", other) })
        {
            await client.AppsCreateAsync(app);
            await client.DeployAsync(app, source.Folder);
        }

        var machine = Machine.Of(server);
        var otherIp = machine
            .Podman(
                "inspect",
                "--format",
                "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                (await ContainerOfAsync(client, machine, "other")).Id
            )
            .Trim();
        await client.AppsCreateAsync("probe");
        (string Name, string Ip, int Port)[] shut =
        [
            .. HostAddresses(machine)
                .SelectMany(ip =>
                    new[]
                    {
                        ($"listener-on-{ip}", ip, port),
                        ($"api-on-{ip}", ip, server.HttpsPort),
                        ($"router-on-{ip}", ip, server.RouterPort),
                    }
                ),
            ("listener-on-127.0.0.1", "127.0.0.1", port),
            ("metadata", "169.254.169.254", 80),
            ("other-app", otherIp, 3000),
        ];
        string[] hidden =
        [
            server.Data,
            Path.Combine(machine.Folder, "podman.sock"),
            Path.Combine(machine.Folder, "router"),
            "/run/palisade",
            "/var/run/docker.sock",
        ];
        using var probe = SampleApp.Make(
            """
            services:
              web:
                build: .
                port: 3000
                health: /healthz
                scale:
                  cpu: 250
                  memory: 96
            """,
            Start,
            """
            COPY probe targets paths /
            RUN ["/bin/sh", "/probe", "build"]
            """
        );
        await File.WriteAllTextAsync(Path.Combine(probe.Folder, "probe"), Probe + "\n");
        await File.WriteAllLinesAsync(Path.Combine(probe.Folder, "paths"), hidden);
        await File.WriteAllLinesAsync(
            Path.Combine(probe.Folder, "targets"),
            [
                .. shut.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name} {t.Ip} {t.Port}")),
                "internal web.inner.convox.local 3000",
                "own 127.0.0.1 3000",
            ]
        );

        var built = await client.DeployAsync("probe", probe.Folder, new BuildOptions { NoCache = true });

        var build = Words(await client.BuildLogsAsync("probe", built.BuildId), "build");
        var log = "";
        await Poll.UntilAsync(
            async () => (log = await client.LogAsync("probe")).Contains("app DONE", StringComparison.Ordinal),
            TimeSpan.FromMinutes(5),
            "the end of the probe in the container",
            TimeSpan.FromMilliseconds(500)
        );
        var run = Words(log, "app");
        output.WriteLine(string.Join('\n', build.Concat(run)));
        foreach (var found in new[] { build, run })
        {
            Assert.All(shut, target => Assert.Contains($"SHUT {target.Name}", found));
            Assert.All(hidden, path => Assert.Contains($"LACKS {path}", found));
        }

        // The positive controls: the probe can tell open from shut. A build reaches no service at all.
        Assert.Contains("OPEN internal", run);
        Assert.Contains("OPEN own", run);
        Assert.Contains("SHUT internal", build);

        // S24: CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID, NET_BIND_SERVICE.
        Assert.Contains("CapEff: 00000000000004eb", run);
        Assert.Contains("CapBnd: 00000000000004eb", run);
        Assert.Contains("NoNewPrivs: 1", run);
        Assert.Contains("Seccomp: 2", run);
        Assert.Contains("Seccomp: 2", build);
        var pid = (await ContainerOfAsync(client, machine, "probe")).Pid;
        Assert.Equal(
            96L << 20,
            long.Parse(Limit(pid, "memory", "memory.limit_in_bytes", "memory.max"), CultureInfo.InvariantCulture)
        );
        Assert.InRange(int.Parse(Limit(pid, "pids", "pids.max", "pids.max"), CultureInfo.InvariantCulture), 16, 4096);

        // S27, S28: no name of an internal service is known to the router's public side, and its address takes nothing
        // but its port.
        Assert.Equal(404, (await server.AskAsync("web.inner.convox.local")).Status);
        Assert.Equal(
            404,
            (await server.AskAsync($"web.inner.{server.FirstRun.Rack}.{server.FirstRun.Organization}.localhost")).Status
        );
        listener.Stop();
        var callers = await answered;
        Assert.True(
            callers.All(c => IPAddress.IsLoopback(c)),
            $"the host's listener was reached from {string.Join(", ", callers)}"
        );
    }

    private static HashSet<string> Words(string log, string who) =>
        [
            .. log.Split('\n')
                .Select(l => l.TrimEnd())
                .Select(l =>
                    l.IndexOf($"{who} ", StringComparison.Ordinal) is >= 0 and var at ? l[(at + who.Length + 1)..] : ""
                ),
        ];

    private static async Task<PodmanContainer> ContainerOfAsync(ConvoxClient client, Machine machine, string app)
    {
        var process = (await client.PsAsync(app)).Single(p => p.Status == "running").Id;
        return machine.Containers().Single(c => c.Process == process);
    }

    /// <summary>
    /// The IPv4 addresses of this machine and of the rack's bridges, but for the loopback network and other racks'
    /// bridges.
    /// </summary>
    private static string[] HostAddresses(Machine machine) =>
        [
            .. NetworkInterface
                .GetAllNetworkInterfaces()
                .Where(i => !i.Name.StartsWith("pl", StringComparison.Ordinal) || machine.Interfaces().Contains(i.Name))
                .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                .Select(a => a.Address)
                .Where(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a))
                .Select(a => a.ToString())
                .Distinct(),
        ];

    private static string Limit(int pid, string controller, string v1, string v2)
    {
        var groups = File.ReadAllLines($"/proc/{pid}/cgroup").Select(l => l.Split(':', 3)).ToArray();
        var group = groups.FirstOrDefault(g => g[1].Split(',').Contains(controller));
        var file = group is not null
            ? $"/sys/fs/cgroup/{controller}{group[2]}/{v1}"
            : $"/sys/fs/cgroup{groups.Single(g => g[0] == "0")[2]}/{v2}";
        return File.ReadAllText(file).Trim();
    }

    /// <summary>Says hello to whoever comes and remembers from where.</summary>
    private static async Task<List<IPAddress>> AnswerAsync(TcpListener listener)
    {
        var callers = new List<IPAddress>();
        try
        {
            while (true)
            {
                using var caller = await listener.AcceptTcpClientAsync();
                callers.Add(((IPEndPoint)caller.Client.RemoteEndPoint!).Address);
                await caller.GetStream().WriteAsync("hello\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            return callers;
        }
    }
}
