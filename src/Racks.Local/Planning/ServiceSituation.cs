using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>One service's processes sorted by what they mean for the desired state. Pure.</summary>
internal sealed class ServiceSituation
{
    /// <summary>A process without a port is taken as proven when it has run this long: one that exits at start has gone by then.</summary>
    public static readonly TimeSpan ProveWithoutPort = TimeSpan.FromSeconds(2);

    /// <summary>A healthy answer must hold this long before the old processes go.</summary>
    public static readonly TimeSpan ProveWithPort = TimeSpan.FromSeconds(1);

    /// <summary>Ended processes are kept as evidence until the service has been well for this long.</summary>
    public static readonly TimeSpan KeepEvidence = TimeSpan.FromSeconds(10);

    /// <summary>Failures older than this no longer slow down restarts.</summary>
    private static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan MaxBackoff = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset _now;
    private readonly DesiredApp _desired;

    public ServiceSituation(DesiredApp desired, DesiredService service, LocalObservation seen)
    {
        (_desired, Service, _now) = (desired, service, seen.At);
        var mine = seen.Scaled.Where(p => p.Service == service.Name).ToImmutableArray();
        var fresh = mine.Where(p => p.SpecHash == service.SpecHash).ToImmutableArray();
        Fresh = [.. fresh.Where(p => p.State != ProcessPhase.Exited && !p.Draining)];
        Ended = [.. fresh.Where(p => p.State == ProcessPhase.Exited).OrderBy(p => p.Ended)];
        Old = [.. mine.Where(p => p.SpecHash != service.SpecHash)];
        Failures = [.. Ended.Where(p => p.Ended > _now - FailureWindow)];
    }

    public DesiredService Service { get; }

    /// <summary>As desired, and made or running.</summary>
    public ImmutableArray<LocalProcess> Fresh { get; }

    /// <summary>As desired, but ended.</summary>
    public ImmutableArray<LocalProcess> Ended { get; }

    /// <summary>Of another release, scale or restart.</summary>
    public ImmutableArray<LocalProcess> Old { get; }

    public ImmutableArray<LocalProcess> OldLive => [.. Old.Where(p => p.State == ProcessPhase.Running && !p.Draining)];

    /// <summary>Recent ends, oldest first.</summary>
    public ImmutableArray<LocalProcess> Failures { get; }

    /// <summary>Those that count against the change being proven.</summary>
    public int FailuresOfRollout => Failures.Count(p => p.RolloutId == _desired.RolloutId);

    public int Healthy => Fresh.Count(IsHealthy);

    public int ProvenCount => Fresh.Count(IsProven);

    public bool Proven => ProvenCount >= Service.Count;

    public int MinimumAlive => ((Service.Count * Service.Minimum) + 99) / 100;

    /// <summary>How many may live at once during a change; never so few that nothing could move.</summary>
    public int MaximumAlive => Math.Max(Service.Count * Service.Maximum / 100, MinimumAlive >= Service.Count ? Service.Count + 1 : Service.Count);

    private bool Probed => Service.Port is not null && !Service.Health.Disabled;

    public bool IsHealthy(LocalProcess p) =>
        p is { State: ProcessPhase.Running, Draining: false } && (Probed ? p.Probe.HealthySince is not null : p.Started is not null);

    public bool IsProven(LocalProcess p) => IsHealthy(p)
        && (Probed ? _now - p.Probe.HealthySince >= ProveWithPort : _now - p.Started >= ProveWithoutPort);

    /// <summary>No new process before this time. The first restart is immediate; then 1 s, 2 s, 4 s … 60 s; quicker while a change is being proven.</summary>
    public DateTimeOffset NextStart
    {
        get
        {
            if (Failures.Length == 0 || Failures[^1].Ended is not { } last)
            {
                return DateTimeOffset.MinValue;
            }

            var unit = _desired.Proving ? 0.25 : 1.0;
            var exponent = Math.Min(Failures.Length - (_desired.Proving ? 1 : 2), 10);
            var wait = exponent < 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(unit * Math.Pow(2, exponent));
            return last + (wait < MaxBackoff ? wait : MaxBackoff);
        }
    }

    /// <summary>Well for long enough that evidence of earlier failures may go.</summary>
    public bool EvidenceCanGo => Proven && Ended.All(p => _now - p.Ended >= KeepEvidence);
}
