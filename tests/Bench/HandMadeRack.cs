using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Domain.Racks;
using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Network;

namespace Palisade.Bench;

/// <summary>
/// The floor of a deploy: the same engine, builder, network, firewall and container settings as a local rack has, in a
/// folder of its own, and nothing between them: no journal, no plan, no jobs, no router.
/// </summary>
internal sealed class HandMadeRack : IAsyncDisposable
{
    private const string App = "bench";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pf");
    private readonly EngineHost _engine;
    private readonly AppNetworks _networks;
    private readonly Firewall _firewall;
    private readonly BuildNetwork _buildNetwork;
    private readonly ImageBuilder _builder;
    private readonly HostsFile _hosts;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>As a rack of this kind has them where nobody set others.</summary>
    private readonly BuildLimits _limits = new()
    {
        MilliCpu = Default("BuildCpu"),
        MemoryBytes = (long)Default("BuildMemory") << 20,
        Time = TimeSpan.FromSeconds(Default("BuildTimeout")),
    };

    private int _number;
    private Uri? _answering;

    private HandMadeRack()
    {
        _engine = new(
            new EngineOptions { Directory = _folder.FullName },
            TimeProvider.System,
            NullLogger<EngineHost>.Instance
        );
        var subnets = new SubnetPool(_engine.Folder, new NetworkOptions());
        _networks = new(_engine.Folder, subnets, _engine.Client);
        _firewall = new(_engine.Folder);
        _buildNetwork = new(_engine.Folder, subnets, _firewall);
        _builder = new(_engine, _buildNetwork, TimeProvider.System);
        _hosts = new(_engine.Folder);
    }

    public static async Task<HandMadeRack> StartAsync(CancellationToken ct)
    {
        var rack = new HandMadeRack();
        rack._engine.Folder.Create();
        await rack._engine.EnsureAsync(ct);
        await rack._networks.EnsureAsync(App, ct);
        rack._hosts.Write([]);
        await rack._firewall.ApplyAsync(
            new FirewallPolicy
            {
                Bridges = [rack._networks.BridgeOf(App)],
                BuildSubnet = (await rack._buildNetwork.SubnetAsync(ct)).ToString(),
                Resolvers = [.. Firewall.HostResolvers()],
            },
            ct
        );
        return rack;
    }

    /// <summary>Builds the folder with the product's own builder call. Gives the image.</summary>
    public async Task<string> BuildAsync(string folder, CancellationToken ct)
    {
        var number = $"n{++_number}";
        var request = new BuildRequest
        {
            BuildId = number,
            SourceFolder = folder,
            Repository = $"{App}-web",
            Tag = number,
            CacheKey = App,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("palisade.app-id", App),
            Limits = _limits,
        };
        var built = await _builder.BuildAsync(request, _ => { }, ct);
        return built.Ok ? built.Value.Image : throw new InvalidOperationException(built.Problem.Text);
    }

    /// <summary>
    /// Creates and starts a container as a local rack does, and asks it until it answers with the version. Gives its
    /// id.
    /// </summary>
    /// <param name="image">What runs.</param>
    /// <param name="version">What it answers.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="asking">A client asks the container before this one all the while, as one asks the product's router
    /// until the new version answers: what its questions cost is no cost of the product.</param>
    public async Task<string> RunAsync(string image, string version, CancellationToken ct, bool asking = false)
    {
        using var started = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var client = asking && _answering is { } before ? AskOnAsync(before, started.Token) : Task.CompletedTask;
        var name = $"web-{Interlocked.Increment(ref _number)}";
        var id = await _engine.Client.CreateAsync(
            new ContainerSpec
            {
                Name = name,
                Image = image,
                Network = _networks.NameOf(App),
                Labels = ImmutableDictionary<string, string>.Empty.Add("palisade.app-id", App),
                MemoryBytes = SampleSource.MegabytesEach << 20,
                MilliCpu = SampleSource.MilliCpuEach,
                Hostname = name,
                Init = _engine.HasInit,
                StopTimeout = TimeSpan.FromSeconds(1),
                HostsFile = _hosts.Path,
                CgroupParent = RackCgroup.PathOf(_engine.Folder),
            },
            ct
        );
        await _engine.Client.StartAsync(id, ct);
        var address = (await _engine.Client.InspectAsync(id, ct))!.AddressIn(_networks.NameOf(App));
        await started.CancelAsync();
        await client;
        _answering = new Uri($"http://{address}:{SampleSource.Port}{SampleSource.VersionPath}");
        await FirstAnswer.WaitAsync(_http, _answering, null, version, ct);
        return id;
    }

    /// <summary>As often as who waits for a first answer.</summary>
    private async Task AskOnAsync(Uri address, CancellationToken ct)
    {
        try
        {
            await FirstAnswer.WaitAsync(_http, address, null, "no version is called this", ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The next one has started.
        }
    }

    public Task RemoveAsync(IEnumerable<string> containers, CancellationToken ct) =>
        Task.WhenAll(containers.Select(id => _engine.Client.RemoveAsync(id, force: true, ct)));

    private static int Default(string parameter) =>
        RackParameters.Number(
            new RackState { Provider = "local" },
            parameter,
            ImmutableDictionary<string, ParameterCeiling>.Empty
        );

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _engine.DestroyAsync(CancellationToken.None);
        await _buildNetwork.CleanAsync(CancellationToken.None);
        await _firewall.CleanAsync(CancellationToken.None);
        _buildNetwork.Dispose();
        _firewall.Dispose();
        _engine.Dispose();
        _folder.Delete(recursive: true);
    }
}
