using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>What there is of an app, for planning and for people.</summary>
public sealed partial class LocalRackProvider
{
    public async Task<AppObservation> ObserveAsync(DesiredApp desired, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(desired);
        var rack = Rack(desired.App.Rack);
        _promises.Want(desired);
        // What is under way is told first: what ends before the look is then seen as it was, not as if it never began.
        var (starting, removing) = UnderWay(rack, desired.AppId);
        // A look takes the engine some milliseconds, for which the first start of a change would wait, and its first
        // request; what runs is looked at anyhow.
        // INVARIANT: what takes something away, or says how a change ended, is decided on a look of its own.
        if (
            rack.LookedLately
            && Observation(rack, desired, starting, removing) is var lately
            && OnlyBegins(desired, lately)
        )
        {
            return lately;
        }

        await rack.LookAsync(cancellationToken);
        return Observation(rack, desired, starting, removing);
    }

    private static bool OnlyBegins(DesiredApp desired, LocalObservation seen) =>
        LocalPlanner.Plan(desired, seen).Steps.All(step => step is EnsureNetwork or StartProcess or SetRoute)
        && RolloutAssessor.Assess(desired, seen) is { Proven: false, Fault: null };

    private static (ImmutableDictionary<string, ContainerLabels> Starting, ImmutableHashSet<string> Removing) UnderWay(
        LocalRack rack,
        string appId
    ) =>
        (
            rack.Starting.Where(p => p.Value.AppId == appId).ToImmutableDictionary(),
            rack.Removing.Keys.ToImmutableHashSet()
        );

    private LocalObservation Observation(
        LocalRack rack,
        DesiredApp desired,
        ImmutableDictionary<string, ContainerLabels> starting,
        ImmutableHashSet<string> removing
    )
    {
        var mine = rack.Watch.Seen.Values.Where(c => c.Labels.AppId == desired.AppId).ToImmutableArray();
        var seen = mine.Select(c => c.Labels.ProcessId).ToImmutableHashSet();
        return new LocalObservation
        {
            At = time.GetUtcNow(),
            NetworkExists = rack.HasNetwork(desired.AppId),
            HealthDeadline = TimeSpan.FromSeconds(rack.Parameter("HealthDeadline")),
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
                    {
                        Withdrawn = [.. r.Servers.Select(s => s.ProcessId).Where(rack.Routes.IsWithdrawn)],
                    }
                ),
            Problems = rack.Problems.Of(desired.AppId),
            FreeMemory = _promises.FreeMemory,
        };
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
