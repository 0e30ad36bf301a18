using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>Racks on this machine, with real containers behind HAProxy.</summary>
public sealed partial class LocalRackProvider(
    LocalRackOptions options,
    IRackEvents events,
    IIdSource ids,
    TimeProvider time,
    ILoggerFactory loggers
) : IRackProvider, IAsyncDisposable
{
    private readonly ConcurrentDictionary<RackRef, LocalRack> _racks = new();
    private readonly MachinePromises _promises = new(
        new MachineShare(
            (long)(HostFacts.Memory().Total * options.MemoryOvercommit),
            (long)(HostFacts.MilliCores * options.CpuOvercommit)
        )
    );

    public string Kind => "local";

    public RackFeatures Features =>
        RackFeatures.CountRange
        | RackFeatures.ServiceVolumes
        | RackFeatures.AppVolumes
        | RackFeatures.Domains
        | RackFeatures.HttpsBackends
        | RackFeatures.TcpBackends;

    public ImmutableDictionary<string, ParameterCeiling> Ceilings => options.Ceilings;

    public bool IsReady(RackRef rack) => _racks.TryGetValue(rack, out var local) && local.IsReady;

    public Task<Result<Done>> EnsureRackAsync(RackState rack, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rack);
        return Known(rack).EnsureAsync(cancellationToken);
    }

    public async Task<RackHealth> ObserveRackAsync(RackState rack, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rack);
        await EnsureRackAsync(rack, cancellationToken);
        return LastSeen(rack);
    }

    public RackHealth LastSeen(RackState rack)
    {
        ArgumentNullException.ThrowIfNull(rack);
        var domain = $"{rack.Name}.{rack.Org}.localhost:{options.RouterPort}";
        return _racks.TryGetValue(rack.Ref, out var local)
            ? local.Condition.ToHealth(domain)
            : new RackHealth(false, RackCondition.Starting, domain);
    }

    public Result<Done> Fits(AppRef app, string appId, MachineShare asked) => _promises.Fits(app.App, appId, asked);

    public Result<Done> Admit(DesiredApp desired) => _promises.Admit(desired);

    public Plan Plan(DesiredApp desired, AppObservation observed) =>
        LocalPlanner.Plan(desired, (LocalObservation)observed);

    public RolloutProgress Assess(DesiredApp desired, AppObservation observed) =>
        RolloutAssessor.Assess(desired, (LocalObservation)observed);

    public async Task WaitForChangeAsync(AppRef app, TimeSpan atMost, CancellationToken cancellationToken = default)
    {
        await AtMostAsync(Rack(app.Rack).Watch.NextAsync(app), atMost, cancellationToken);
    }

    public Task WaitForChangeAsync(RackRef rack, TimeSpan atMost, CancellationToken cancellationToken = default) =>
        AtMostAsync(Rack(rack).Watch.NextAsync(), atMost, cancellationToken);

    public async Task<Result<Stream>> ProxyAsync(
        RackRef rack,
        string host,
        int port,
        CancellationToken cancellationToken = default
    )
    {
        // SECURITY (S29): only what the rack itself names; nothing a client sends is dialled or resolved.
        var route = Rack(rack)
            .Routes.Routes.Values.FirstOrDefault(r =>
                r.Vip is not null && r.Port == port && RouteTable.InternalName(r.App, r.Service) == host
            );
        if (route is null)
        {
            return new NotFound("proxy.no_target", $"{Printable.Of(host)}:{port} is no internal service of this rack")
            {
                Suggestion = "name one as service.app.convox.local with its port",
            };
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(route.Vip!, port, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            return new Unavailable("proxy.refused", $"{host}:{port} does not answer");
        }
    }

    public Task<ImmutableArray<ServiceEndpoint>> EndpointsAsync(
        AppRef app,
        string service,
        int? port,
        bool isInternal,
        ImmutableArray<string> domains,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult<ImmutableArray<ServiceEndpoint>>(
            port is not { } number ? []
            : isInternal ? [new ServiceEndpoint(RouteTable.InternalName(app, service), number, false, true)]
            : [.. HostsOf(app, service, domains).SelectMany(External)]
        );

    private IEnumerable<ServiceEndpoint> External(string host)
    {
        yield return new ServiceEndpoint(host, options.RouterPort, Tls: false, Internal: false);
        if (options.RouterTlsPort > 0)
        {
            yield return new ServiceEndpoint(host, options.RouterTlsPort, Tls: true, Internal: false);
        }
    }

    public async Task<ImmutableArray<RackInstance>> InstancesAsync(
        RackState rack,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(rack);
        await EnsureRackAsync(rack, cancellationToken);
        var seen = Rack(rack.Ref).Watch.Seen.Values.Count(c => c.State == ProcessPhase.Running);
        return [HostFacts.Instance(seen, time)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var rack in _racks.Values)
        {
            await rack.DisposeAsync();
        }
    }

    private static async Task AtMostAsync(Task change, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(atMost);
        await change.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private LocalRack Known(RackState rack)
    {
        var local = _racks.GetOrAdd(rack.Ref, _ => new LocalRack(rack, options, _promises, events, time, loggers));
        local.Rack = rack;
        return local;
    }

    private LocalRack Rack(RackRef rack) =>
        _racks.TryGetValue(rack, out var local)
            ? local
            : throw new InvalidOperationException($"Rack {rack} was not made ready on this node.");

    internal static ImmutableArray<string> HostsOf(AppRef app, string service, ImmutableArray<string> domains) =>
        [$"{service}.{app.App}.{app.Rack.Rack}.{app.Org}.localhost", .. domains];
}
