using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Network;

namespace Palisade.Racks.Local.Tests.Engine;

/// <summary>
/// One private engine, network pool and firewall for all tests of this assembly that need real containers.
/// </summary>
public sealed class EngineFixture : IAsyncLifetime
{
    public const string Image = "palisade/testbox:1";

    public EngineFixture()
    {
        Root = Path.Combine(Path.GetTempPath(), "plt-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
        Host = new(
            new() { Directory = Path.Combine(Root, "rack") },
            TimeProvider.System,
            NullLogger<EngineHost>.Instance
        );
        Pool = new(Host.Folder, new());
        Firewall = new(Host.Folder);
        Networks = new(Host.Folder, Pool, Host.Client);
        Vips = new(Host.Folder, Pool);
        BuildNetwork = new(Host.Folder, Pool, Firewall);
        Builder = new(Host, BuildNetwork, TimeProvider.System) { LocalBases = [Image] };
    }

    public string Root { get; }

    public EngineHost Host { get; }

    public DockerClient Client => Host.Client;

    public SubnetPool Pool { get; }

    public Firewall Firewall { get; }

    public AppNetworks Networks { get; }

    public VipAllocator Vips { get; }

    public BuildNetwork BuildNetwork { get; }

    public ImageBuilder Builder { get; }

    public FirewallPolicy Policy { get; private set; } = new();

    public async Task InitializeAsync()
    {
        await Host.EnsureAsync(default);
        Policy = new()
        {
            BuildSubnet = (await BuildNetwork.SubnetAsync(default)).ToString(),
            VipRange = (await Vips.RangeAsync(default)).ToString(),
            Resolvers = [.. Firewall.HostResolvers()],
        };
        await Firewall.ApplyAsync(Policy, default);
        var built = await BuildAsync(
            "testbox",
            """
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox","--install","-s","/bin"]
            RUN mkdir -p /tmp && echo 'nobody:x:65534:65534::/:/bin/sh' > /etc/passwd
            CMD ["/bin/sh","-c","trap 'exit 0' TERM; while :; do sleep 0.1; done"]
            """,
            tag: "1"
        );
        Assert.True(built.Result.Ok, built.Log);
    }

    public async Task DisposeAsync()
    {
        foreach (var container in await Client.ListAsync([], all: true, default))
        {
            await Client.RemoveAsync(container.Id, force: true, default);
        }

        foreach (var app in await Networks.ListAsync(default))
        {
            await Networks.RemoveAsync(app, default);
        }

        await Vips.CleanAsync(default);
        await BuildNetwork.CleanAsync(default);
        await Firewall.CleanAsync(default);
        await Host.DestroyAsync(default);
        Host.Dispose();
        Vips.Dispose();
        Firewall.Dispose();
        BuildNetwork.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    public string NewFolder() =>
        Directory
            .CreateDirectory(Path.Combine(Root, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))))
            .FullName;

    /// <summary>A network of a new app, with the firewall applied.</summary>
    public async Task<AppNetwork> NewNetworkAsync(params AdmittedListener[] admitted)
    {
        var network = await Networks.EnsureAsync(
            "app-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)),
            default
        );
        Policy = Policy with
        {
            Bridges = Policy.Bridges.Add(network.Bridge),
            Admitted = Policy.Admitted.Union(admitted),
        };
        await Firewall.ApplyAsync(Policy, default);
        return network;
    }

    public async Task AdmitAsync(AdmittedListener listener)
    {
        Policy = Policy with { Admitted = Policy.Admitted.Add(listener) };
        await Firewall.ApplyAsync(Policy, default);
    }

    public static ContainerSpec Spec(AppNetwork network, params string[] command) =>
        new()
        {
            Name = "web-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)) + "-abcde",
            Image = Image,
            Network = network.Name,
            Labels = ImmutableDictionary<string, string>.Empty.Add("palisade.app", network.Name),
            MemoryBytes = 64 << 20,
            MilliCpu = 500,
            Command = [.. command],
            StopTimeout = TimeSpan.FromSeconds(2),
        };

    /// <summary>Runs a shell script in a container to its end.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(ContainerSpec spec)
    {
        var id = await Client.CreateAsync(spec, default);
        await Client.StartAsync(id, default);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        var code = await Client.WaitAsync(id, limit.Token);
        var output = await LogsAsync(id);
        await Client.RemoveAsync(id, force: true, default);
        return (code, output);
    }

    public Task<(int ExitCode, string Output)> ShellAsync(AppNetwork network, string script) =>
        RunAsync(Spec(network, "/bin/sh", "-c", script));

    /// <summary>Runs a shell script in a running container: what it said.</summary>
    public async Task<string> ExecAsync(string container, string script, DockerClient? client = null)
    {
        client ??= Client;
        var exec = await client.CreateExecAsync(
            container,
            new ExecSpec(["/bin/sh", "-c", script], Tty: true, Stdin: false),
            default
        );
        await using var stream = await client.StartExecAsync(exec, tty: true, default);
        var output = new StringBuilder();
        var buffer = new byte[4096];
        for (int count; (count = (await stream.ReadAsync(buffer, default)).Count) > 0; )
        {
            output.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return output.ToString();
    }

    public async Task<string> LogsAsync(string id)
    {
        var lines = new List<string>();
        await foreach (var line in Client.LogsAsync(id, new(Follow: false), tty: false, default))
        {
            lines.Add(line.Text);
        }

        return string.Join('\n', lines);
    }

    public async Task<(Result<BuiltImage> Result, string Log)> BuildAsync(
        string repository,
        string dockerfile,
        string tag = "1",
        Func<BuildRequest, BuildRequest>? change = null,
        ImageBuilder? builder = null,
        CancellationToken stop = default
    )
    {
        var source = NewFolder();
        File.Copy("/bin/busybox", Path.Combine(source, "busybox"));
        await File.WriteAllTextAsync(Path.Combine(source, "Dockerfile"), dockerfile, stop);
        var log = new List<string>();
        var request = new BuildRequest
        {
            BuildId = "b" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)),
            SourceFolder = source,
            Repository = repository,
            Tag = tag,
            CacheKey = repository,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("palisade.build", tag),
        };
        var result = await (builder ?? Builder).BuildAsync(change?.Invoke(request) ?? request, log.Add, stop);
        return (result, string.Join('\n', log) + (result.Ok ? "" : "\n" + result.Problem.Text));
    }
}

[CollectionDefinition(Name)]
public sealed class EngineCollection : ICollectionFixture<EngineFixture>
{
    public const string Name = "engine";
}
