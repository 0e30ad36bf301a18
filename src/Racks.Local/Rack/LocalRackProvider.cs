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

    public string Kind => "local";

    public RackFeatures Features =>
        RackFeatures.CountRange
        | RackFeatures.ServiceVolumes
        | RackFeatures.AppVolumes
        | RackFeatures.Domains
        | RackFeatures.HttpsBackends
        | RackFeatures.TcpBackends;

    public bool IsReady(RackRef rack) => _racks.TryGetValue(rack, out var local) && local.IsReady;

    public Task<Result<Done>> EnsureRackAsync(RackState rack, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rack);
        var local = _racks.GetOrAdd(rack.Ref, _ => new LocalRack(rack, options, events, time, loggers));
        local.Rack = rack;
        return local.EnsureAsync(cancellationToken);
    }

    public async Task<RackHealth> ObserveRackAsync(RackState rack, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rack);
        var ensured = await EnsureRackAsync(rack, cancellationToken);
        var problem = ensured.Ok ? Rack(rack.Ref).Problem : ensured.Problem.Text;
        return new RackHealth(problem is null, problem, $"{rack.Name}.{rack.Org}.localhost:{options.RouterPort}");
    }

    public async Task<AppObservation> ObserveAsync(DesiredApp desired, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(desired);
        var rack = Rack(desired.App.Rack);
        // Before the look: what ends between the two is then seen as it was, not as if it had never been begun.
        var starting = rack.Starting.Where(p => p.Value.AppId == desired.AppId).ToImmutableDictionary();
        var removing = rack.Removing.Keys.ToImmutableHashSet();
        await rack.LookAsync(cancellationToken);
        var mine = rack.Watch.Seen.Values.Where(c => c.Labels.AppId == desired.AppId).ToImmutableArray();
        var seen = mine.Select(c => c.Labels.ProcessId).ToImmutableHashSet();
        return new LocalObservation
        {
            At = time.GetUtcNow(),
            NetworkExists = rack.HasNetwork(desired.AppId),
            Processes = [.. mine.Select(c => Observed(rack, c))],
            Scaled =
            [
                .. mine.Where(c => !c.Labels.OneOff)
                    .Select(c =>
                        Local(rack, c, starting.ContainsKey(c.Labels.ProcessId), removing.Contains(c.Labels.ProcessId))
                    ),
                .. starting.Values.Where(l => !seen.Contains(l.ProcessId)).Select(NotYetMade),
            ],
            Routes = rack
                .Routes.Routes.Values.Where(r => r.AppId == desired.AppId)
                .ToImmutableSortedDictionary(
                    r => r.Service,
                    r => new LocalRoute(
                        r.Release,
                        r.Servers.Select(s => s.ProcessId).ToImmutableSortedSet(StringComparer.Ordinal)
                    )
                ),
            Problems = rack.Problems.Of(desired.AppId),
        };
    }

    public Plan Plan(DesiredApp desired, AppObservation observed) =>
        LocalPlanner.Plan(desired, (LocalObservation)observed);

    public RolloutProgress Assess(DesiredApp desired, AppObservation observed)
    {
        ArgumentNullException.ThrowIfNull(desired);
        var seconds = RackParameters.Number(Rack(desired.App.Rack).Rack, "HealthDeadline");
        return RolloutAssessor.Assess(desired, (LocalObservation)observed, TimeSpan.FromSeconds(seconds));
    }

    public async Task WaitForChangeAsync(AppRef app, TimeSpan atMost, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(atMost);
        await Rack(app.Rack)
            .Watch.NextAsync(app)
            .WaitAsync(limit.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task<ImmutableArray<ObservedProcess>> ProcessesAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    )
    {
        var rack = Rack(app.Rack);
        await rack.LookAsync(cancellationToken);
        return
        [
            .. rack
                .Watch.Seen.Values.Where(c => c.Labels.AppId == appId && !rack.Removing.ContainsKey(c.Labels.ProcessId))
                .Select(c => Observed(rack, c))
                .OrderBy(p => p.Service, StringComparer.Ordinal)
                .ThenBy(p => p.Id, StringComparer.Ordinal),
        ];
    }

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

    public ImmutableArray<ServiceEndpoint> Endpoints(
        AppRef app,
        string service,
        int? port,
        bool isInternal,
        ImmutableArray<string> domains
    )
    {
        if (port is not { } number)
        {
            return [];
        }

        return isInternal
            ? [new ServiceEndpoint(RouteTable.InternalName(app, service), number, false, true)]
            : [.. HostsOf(app, service, domains).SelectMany(External)];
    }

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

    private LocalRack Rack(RackRef rack) =>
        _racks.TryGetValue(rack, out var local)
            ? local
            : throw new InvalidOperationException($"Rack {rack} was not made ready on this node.");

    internal static ImmutableArray<string> HostsOf(AppRef app, string service, ImmutableArray<string> domains) =>
        [$"{service}.{app.App}.{app.Rack.Rack}.{app.Org}.localhost", .. domains];

    private static LocalProcess NotYetMade(ContainerLabels labels) =>
        new()
        {
            Id = labels.ProcessId,
            Service = labels.Service,
            Release = labels.Release,
            SpecHash = labels.SpecHash,
            RolloutId = labels.RolloutId,
            Port = labels.Port,
            Probed = labels is { Port: not null, Health: not null },
            State = ProcessPhase.Created,
            Starting = true,
        };

    private static LocalProcess Local(LocalRack rack, SeenContainer c, bool starting, bool removing) =>
        new()
        {
            Id = c.Labels.ProcessId,
            Service = c.Labels.Service,
            Release = c.Labels.Release,
            SpecHash = c.Labels.SpecHash,
            RolloutId = c.Labels.RolloutId,
            Port = c.Labels.Port,
            Probed = c.Labels is { Port: not null, Health: not null },
            State = c.State,
            Started = c.State == ProcessPhase.Created ? null : c.Started ?? c.Created,
            Ended = c.Ended,
            ExitCode = c.ExitCode,
            OutOfMemory = c.OutOfMemory,
            StoppedFor = c.StoppedFor,
            Ip = c.Ip,
            Starting = starting,
            Draining = removing || c.Stopping || rack.Removing.ContainsKey(c.Labels.ProcessId),
            Probe = rack.Health.StateOf(c.ContainerId),
        };

    private static ObservedProcess Observed(LocalRack rack, SeenContainer c)
    {
        var probe = rack.Health.StateOf(c.ContainerId);
        var probed = c.Labels is { Port: not null, Health: not null, OneOff: false };
        return new ObservedProcess
        {
            Id = c.Labels.ProcessId,
            Service = c.Labels.Service,
            Release = c.Labels.Release,
            Status = c.State switch
            {
                ProcessPhase.Created => ProcessStatus.Pending,
                ProcessPhase.Running when !probed || probe.HealthySince is not null => ProcessStatus.Running,
                ProcessPhase.Running => probe.Answered ? ProcessStatus.Unhealthy : ProcessStatus.Pending,
                _ when c.ExitCode == 0 => ProcessStatus.Complete,
                _ => c.Labels.OneOff ? ProcessStatus.Failed : ProcessStatus.Crashed,
            },
            OneOff = c.Labels.OneOff,
            Command = c.Labels.Command,
            Image = c.Image,
            Host = Environment.MachineName,
            Started = c.Started ?? c.Created,
            Ended = c.Ended,
            ExitCode = c.ExitCode,
            OutOfMemory = c.OutOfMemory,
            Ports = c.Labels.Port is { } port ? [port.ToString(System.Globalization.CultureInfo.InvariantCulture)] : [],
        };
    }
}
