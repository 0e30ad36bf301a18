using System.Collections.Concurrent;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Probing;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// One local rack on this machine: its container service, networks, firewall, router, and what is seen of them.
/// Outlives nothing: all it needs is adopted.
/// </summary>
internal sealed partial class LocalRack : IAsyncDisposable
{
    private readonly IRackEvents _events;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LocalRackOptions _options;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _ensuring = new(1, 1);
    private readonly HealthProber _prober;
    private readonly ConcurrentDictionary<string, byte> _networks = new();

    /// <summary>Apps whose processes ended without us, and why: told until it is taken.</summary>
    private readonly ConcurrentDictionary<AppRef, string> _drifts = new();
    private Task _watching = Task.CompletedTask;
    private volatile bool _ready;
    private long _looked = long.MinValue;
    private long _doubted = long.MinValue;

    public LocalRack(
        RackState rack,
        LocalRackOptions options,
        MachinePromises promises,
        IRackEvents events,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        (Rack, _options, _events, _time) = (rack, options, events, time);
        _logger = loggers.CreateLogger<LocalRack>();
        var engine = new EngineOptions
        {
            Directory = Path.Combine(options.Directory, rack.Id),
            EngineSocket = options.EngineSocket,
        };
        Engine = new EngineHost(engine, time, loggers.CreateLogger<EngineHost>());
        var network = new NetworkOptions();
        Subnets = new SubnetPool(Engine.Folder, network);
        Networks = new AppNetworks(Engine.Folder, Subnets, Engine.Client);
        Firewall = new Firewall(Engine.Folder);
        Vips = new VipAllocator(Engine.Folder, Subnets);
        Hosts = new HostsFile(Engine.Folder);
        BuildNetwork = new BuildNetwork(Engine.Folder, Subnets, Firewall);
        Router = new RouterHost(
            Engine.Folder.File("router"),
            new RouterOptions(),
            time,
            loggers.CreateLogger<RouterHost>()
        );
        Routes = new RouteTable(
            Engine.Folder.File("routes.json"),
            Router,
            Hosts,
            RackListens.Of(options),
            new RackCertificate(Router.Folder, time)
        );
        Promises = promises;
        Watch = new ContainerWatch(Engine, Networks, Seen);
        Promises.Count(() => Watch.Seen.Values);
        Problems = new StepProblems(time);
        Health = new HealthWatch(_prober = new HealthProber(time), time, c => Watch.Wake(c.Labels.App));
        Logs = new LogCollector(Engine.Client, events, time, _logger);
        DiskStops = new DiskStopper(Engine.Client, Engine.Folder, LookAsync, events, time);
        var drive = new DriveInfo(Engine.Folder.Path);
        Disk = new DiskWatch(
            () => new DiskLimits(Parameter("DiskLimit"), Parameter("VolumeLimit")) { Ceilings = _options.Ceilings },
            () => Watch.Seen.Values,
            () => drive.AvailableFreeSpace,
            new DiskMeter(Engine.Client.WrittenAsync, Engine.Folder).MeasureAsync,
            DiskStops.StopAsync,
            e => _logger.LogDiskWatchFailed(e, Rack.Ref.ToString()),
            time
        );
        Builder = new ImageBuilder(Engine, BuildNetwork, time);
        BuildSlots = new BuildSlots(options.BuildsAtOnce);
        Condition = RackCondition.Unseen(time.GetUtcNow());
    }

    public RackState Rack { get; set; }

    public EngineHost Engine { get; }

    public SubnetPool Subnets { get; }

    public AppNetworks Networks { get; }

    public Firewall Firewall { get; }

    public VipAllocator Vips { get; }

    public HostsFile Hosts { get; }

    public BuildNetwork BuildNetwork { get; }

    public RouterHost Router { get; }

    public RouteTable Routes { get; }

    public ContainerWatch Watch { get; }

    public HealthWatch Health { get; }

    public LogCollector Logs { get; }

    public DiskWatch Disk { get; }

    public MachinePromises Promises { get; }

    private DiskStopper DiskStops { get; }

    public ImageBuilder Builder { get; }

    public BuildSlots BuildSlots { get; }

    /// <summary>Process ids whose removal has begun here.</summary>
    public ConcurrentDictionary<string, byte> Removing { get; } = new();

    /// <summary>By process id: scaled processes that are being made or started here.</summary>
    public ConcurrentDictionary<string, ContainerLabels> Starting { get; } = new();

    public StepProblems Problems { get; }

    /// <summary>As of the last look.</summary>
    public RackCondition Condition { get; private set; }

    public bool IsReady => _ready;

    /// <summary>The value in force of a parameter.</summary>
    public int Parameter(string name) => RackParameters.Number(Rack, name, _options.Ceilings);

    public bool HasNetwork(string appId) => _networks.ContainsKey(appId);

    public async Task EnsureNetworkAsync(string appId, CancellationToken cancellationToken)
    {
        await Networks.EnsureAsync(appId, cancellationToken);
        _networks[appId] = 0;
        // SECURITY (S26): the firewall knows the bridge before anything runs in it.
        await ApplyFirewallAsync(cancellationToken);
    }

    public async Task RemoveNetworkAsync(string appId, CancellationToken cancellationToken)
    {
        await Networks.RemoveAsync(
            appId,
            cancellationToken,
            network => Network.Firewall.ForgetAsync(network, cancellationToken)
        );
        _networks.TryRemove(appId, out _);
        await ApplyFirewallAsync(cancellationToken);
    }

    public async Task ApplyFirewallAsync(CancellationToken cancellationToken)
    {
        var range = await Vips.RangeAsync(cancellationToken);
        var build = await BuildNetwork.SubnetAsync(cancellationToken);
        await Firewall.ApplyAsync(
            new FirewallPolicy
            {
                Bridges = [.. _networks.Keys.Select(Networks.BridgeOf)],
                Admitted =
                [
                    .. Routes
                        .Routes.Values.Where(r => r.Vip is not null)
                        .Select(r => new AdmittedListener(r.Vip!, r.Port)),
                ],
                VipRange = range.ToString(),
                BuildSubnet = build.ToString(),
                Resolvers = [.. Firewall.HostResolvers()],
            },
            cancellationToken
        );
    }

    public async ValueTask DisposeAsync()
    {
        await EndWatchAsync();
        Disk.Dispose();
        await Health.DisposeAsync();
        _prober.Dispose();
        await Logs.DisposeAsync();
        await Router.DisposeAsync();
        Routes.Dispose();
        Watch.Dispose();
        BuildNetwork.Dispose();
        Vips.Dispose();
        Firewall.Dispose();
        Engine.Dispose();
        BuildSlots.Dispose();
        _ensuring.Dispose();
        _ending.Dispose();
    }
}
