using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>One service's processes sorted by what they mean for the desired state. Pure.</summary>
internal sealed class ServiceSituation
{
    /// <summary>
    /// A process without a port is taken as proven when it has run this long: one that exits at start has gone by then.
    /// </summary>
    public static readonly TimeSpan ProveWithoutPort = TimeSpan.FromSeconds(2);

    /// <summary>A healthy answer must hold this long before the old processes go.</summary>
    public static readonly TimeSpan ProveWithPort = TimeSpan.FromSeconds(1);

    /// <summary>Ended processes are kept as evidence until the service has been well for this long.</summary>
    public static readonly TimeSpan KeepEvidence = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _now;
    private readonly DesiredApp _desired;
    private readonly TimeSpan _healthDeadline;
    private readonly long? _free;

    public ServiceSituation(DesiredApp desired, DesiredService service, LocalObservation seen)
    {
        (_desired, Service, _now, _healthDeadline) = (desired, service, seen.At, seen.HealthDeadline);
        _free = seen.FreeMemory;
        var all = seen
            .Scaled.Where(p => p.Service == service.Name)
            .OrderBy(p => p.Id, StringComparer.Ordinal)
            .ToImmutableArray();
        var mine = all.Where(p => !p.Draining).ToImmutableArray();
        Draining = [.. all.Where(p => p is { Draining: true, State: ProcessPhase.Running })];
        Fresh = [.. mine.Where(p => p.SpecHash == service.SpecHash && p.State != ProcessPhase.Exited)];
        Old = [.. mine.Where(p => p.SpecHash != service.SpecHash)];
        OldLive = [.. Old.Where(IsUp)];
        Route = seen.Routes.GetValueOrDefault(service.Name);
        Problems = [.. seen.Problems.Where(p => p.Service == service.Name)];
        Before =
            desired.Proving
            && desired.Previous.FirstOrDefault(p => p.Name == service.Name && p.SpecHash != service.SpecHash)
                is { } previous
                ? new WayBack(previous, seen, PlaceOf(previous))
                : null;
        Ends = new EndedProcesses(
            [.. mine.Where(p => p.SpecHash == service.SpecHash && p.State == ProcessPhase.Exited)],
            _now
        );
    }

    public DesiredService Service { get; }

    /// <summary>As desired: being made, made or running.</summary>
    public ImmutableArray<LocalProcess> Fresh { get; }

    /// <summary>Of another release, size or restart, in any state.</summary>
    public ImmutableArray<LocalProcess> Old { get; }

    public ImmutableArray<LocalProcess> OldLive { get; }

    /// <summary>Still running, but on their way out.</summary>
    public ImmutableArray<LocalProcess> Draining { get; }

    /// <summary>As desired, but ended.</summary>
    public EndedProcesses Ends { get; }

    /// <summary>
    /// While a change is being proven: what this service goes back to if it fails; null when that is the same, or
    /// nothing.
    /// </summary>
    public WayBack? Before { get; }

    public LocalRoute? Route { get; }

    public ImmutableArray<StepProblem> Problems { get; }

    /// <summary>Made, and nobody is starting them: a server was killed between the two.</summary>
    public IEnumerable<LocalProcess> NeverStarted => Fresh.Where(p => !IsUp(p));

    /// <summary>How many more should be running.</summary>
    public int Missing => Service.Count - Fresh.Count(IsUp);

    /// <summary>
    /// How many more may be running. Where no more than the count may ever run, what is on its way out counts too.
    /// </summary>
    public int Room =>
        MaximumAlive - Fresh.Count(IsUp) - OldLive.Length - (Service.Maximum <= 100 ? Draining.Length : 0);

    /// <summary>What was made has its memory already.</summary>
    private int RoomInMemory =>
        _free is { } free
            ? (int)Math.Min(int.MaxValue / 2, Math.Max(0, free) / Math.Max(1, Service.Memory))
                + Fresh.Concat(Old).Count(p => p is { State: ProcessPhase.Created, Starting: false })
            : int.MaxValue / 2;

    /// <summary>What keeps it from having as many as it wants, for a person; null when nothing does.</summary>
    public string? Waits =>
        Missing > 0 && RoomInMemory == 0
            ? $"waits for {Service.Memory} MiB of memory; {Math.Max(0, _free ?? 0)} MiB are free"
            : null;

    /// <summary>What of that is not kept for processes that are to be put back.</summary>
    public int RoomForNew => Room - (Before?.Missing ?? 0);

    public int FailuresOfRollout => Ends.Of(_desired.RolloutId).Count();

    public int Healthy => Fresh.Count(IsHealthy);

    public int ProvenCount => Fresh.Count(IsProven);

    public bool Proven => ProvenCount >= Service.Count;

    /// <summary>
    /// Something starts, has yet to prove itself or to show whether it serves, or is on its way out: what may go will
    /// be another question then.
    /// </summary>
    public bool IsMoving =>
        !Draining.IsEmpty
        || Fresh.Any(p => !IsProven(p))
        || Old.Any(p => p.Starting)
        || OldLive.Any(p => !IsServing(p) && (!IsIdle(p) || MayYetServe(p)));

    /// <summary>
    /// Of the way back, put back not long ago: it has no route since it has not been well yet, and bad answers while it
    /// starts are no verdict.
    /// </summary>
    public bool MayYetServe(LocalProcess p) =>
        Before?.Has(p) == true
        && p.Started is not null
        && (_now < Deadline(p) || p.Probe.Failures < RolloutAssessor.MaxBadAnswers);

    public int MinimumAlive => ((Service.Count * Service.Minimum) + 99) / 100;

    /// <summary>
    /// How many may live at once during a change; never so few that nothing could move, but for want of memory.
    /// </summary>
    public int MaximumAlive =>
        Math.Min(
            Math.Max(
                Service.Count * Service.Maximum / 100,
                MinimumAlive >= Service.Count ? Service.Count + 1 : Service.Count
            ),
            Fresh.Count(IsUp) + OldLive.Length + RoomInMemory
        );

    public static bool IsUp(LocalProcess p) => p.State == ProcessPhase.Running || p.Starting;

    public bool IsRouted(LocalProcess p) => Route?.Processes.Contains(p.Id) == true;

    public static bool IsHealthy(LocalProcess p) =>
        p is { State: ProcessPhase.Running, Draining: false }
        && (p.Probed ? p.Probe.HealthySince is not null : p.Started is not null);

    public bool IsServing(LocalProcess p) => IsHealthy(p) && (p.Port is null || IsRouted(p));

    /// <summary>
    /// It serves nobody, for sure: right after a restart of the server nothing has been asked yet, and one bad answer
    /// is no verdict.
    /// </summary>
    public bool IsIdle(LocalProcess p) =>
        p.Port is null
            ? !IsHealthy(p)
            : !IsRouted(p) || (!IsHealthy(p) && p.Probe.Failures >= RolloutAssessor.MaxBadAnswers);

    /// <summary>
    /// Well for long enough, and where requests come from the router, it gets them: a route that can't be made proves
    /// nothing.
    /// </summary>
    public bool IsProven(LocalProcess p) => IsServing(p) && ProvenAt(p) <= _now;

    /// <summary>For a healthy process: when it has been so for long enough.</summary>
    public static DateTimeOffset ProvenAt(LocalProcess p) =>
        p.Probed ? p.Probe.HealthySince!.Value + ProveWithPort : p.Started!.Value + ProveWithoutPort;

    /// <summary>From when on wrong answers of a started process count.</summary>
    public DateTimeOffset GraceEnds(LocalProcess p) => p.Started!.Value.AddSeconds(ServiceOf(p).Health.Grace);

    /// <summary>When a started process must have answered well.</summary>
    public DateTimeOffset Deadline(LocalProcess p) => GraceEnds(p) + _healthDeadline;

    private DesiredService ServiceOf(LocalProcess p) => Before?.Has(p) == true ? Before.Service : Service;

    /// <summary>No process is started before this time.</summary>
    public DateTimeOffset NextStart =>
        Ends.NextStart(_desired.Proving, Problems.FirstOrDefault(p => p.Resource == StartProcess.ResourceName));

    /// <summary>
    /// How many of what ran before the change leaves a place for: as many as have room beside all others, or what the
    /// minimum lacks without them.
    /// </summary>
    private int PlaceOf(DesiredService previous)
    {
        var others = OldLive.Where(p => p.SpecHash != previous.SpecHash).ToImmutableArray();
        return Math.Max(
            MaximumAlive - Service.Count - others.Length,
            MinimumAlive - ProvenCount - others.Count(IsServing)
        );
    }

    /// <summary>When evidence of earlier failures may go, if all stays well; null while it is not.</summary>
    public DateTimeOffset? EvidenceGoes =>
        Proven
            ? Fresh
                .Select(p => p.Started ?? _now)
                .Concat(Ends.All.Select(p => p.Ended ?? DateTimeOffset.MinValue))
                .DefaultIfEmpty(DateTimeOffset.MinValue)
                .Max() + KeepEvidence
            : null;
}
