using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

/// <summary>
/// Status words of an app (convox-wire.md 5.2). They come from events that report evidence, never from a timer.
/// </summary>
public static class AppStatus
{
    public const string Creating = "creating";
    public const string Running = "running";
    public const string Updating = "updating";
    public const string Rollback = "rollback";
    public const string Deleting = "deleting";
}

/// <summary>
/// What <c>Decide</c> needs of one app: the fold of its stream. <see cref="Id"/> is "" when the app does not exist
/// (never created, or deleted).
/// </summary>
public sealed record AppState
{
    /// <summary>Most that <see cref="Releases"/> ever holds, whatever was set to be kept.</summary>
    public const int MaxReleases = 1000;

    /// <summary>Pruned releases that are remembered, to tell them from those that never were.</summary>
    public const int MaxPruned = 1000;

    /// <summary>One-off processes whose starters are known.</summary>
    public const int MaxRuns = 500;

    /// <summary>
    /// 10 hex, new at each creation: names of containers, networks and images derive from it, so a re-created app never
    /// meets its predecessor's.
    /// </summary>
    public string Id { get; init; } = "";

    public string Status { get; init; } = "";
    public bool Locked { get; init; }
    public string Generation { get; init; } = "3";
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Bounded by <see cref="MaxReleases"/>, oldest first.</summary>
    public ImmutableList<ReleaseMark> Releases { get; init; } = [];

    /// <summary>Ids of the last <see cref="MaxPruned"/> releases that went.</summary>
    public ImmutableList<string> Pruned { get; init; } = [];

    /// <summary>Version of the newest environment; 0 when none was ever set.</summary>
    public int EnvironmentVersion { get; init; }

    /// <summary>Key to keyed fingerprint of the newest environment (S19).</summary>
    public ImmutableSortedDictionary<string, string> EnvironmentKeys { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What is proven to run. Empty release: nothing was ever promoted.</summary>
    public Deployment Current { get; init; } = Deployment.None;

    /// <summary>The change under way, or the failed one while its effects are being undone.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>Why the last rollout failed; cleared by the next success.</summary>
    public string? LastFailure { get; init; }

    /// <summary>The last rollout that failed; known beyond its end, and beyond the next success.</summary>
    public FailedRollout? LastFailed { get; init; }

    /// <summary>Who started which one-off process; the newest <see cref="MaxRuns"/> that were not stopped.</summary>
    public ImmutableList<StartedProcess> Runs { get; init; } = [];

    public bool Exists => Id.Length > 0;

    /// <summary>
    /// Who started the one-off process; null for one of a service, of nobody, or when it is not known any more.
    /// </summary>
    public Principal? StarterOf(string processId) => Runs.FindLast(run => run.ProcessId == processId)?.By;

    public ReleaseMark? FindRelease(string id) => id.Length == 0 ? null : Releases.FindLast(r => r.Id == id);

    public ReleaseMark? Newest => Releases.Count == 0 ? null : Releases[^1];

    /// <summary>What the rack should converge to now.</summary>
    public Deployment Desired => Rollout is { Failed: false } rollout ? rollout.Target : Current;
}

/// <summary>What of a release decisions need.</summary>
public sealed record ReleaseMark(string Id, string Build, int EnvironmentVersion, DateTimeOffset Created)
{
    /// <summary>It was promoted and proved healthy once, so a rollback to it is offered.</summary>
    public bool Proven { get; init; }
}

/// <summary>A rollout that failed or was cancelled, and why.</summary>
[GenerateSerializer, Immutable, Alias("palisade.failed-rollout")]
public sealed record FailedRollout(
    [property: Id(0)] string RolloutId,
    [property: Id(1)] string Code,
    [property: Id(2)] string Cause
)
{
    public const string Cancelled = "rollout.cancelled";
}

/// <summary>A one-off process and who asked for it.</summary>
public sealed record StartedProcess(string ProcessId, Principal By);

/// <summary>
/// A complete intention: a release and what was set beside it. Changes of any part roll out and roll back the same way.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.deployment")]
public sealed record Deployment
{
    public static Deployment None { get; } = new();

    [Id(0)]
    public string Release { get; init; } = "";

    /// <summary>Overrides of convox.yml's scale by service; set by <c>scale</c>, kept over releases.</summary>
    [Id(1)]
    public ImmutableSortedDictionary<string, ScaleOverride> Scale { get; init; } =
        ImmutableSortedDictionary<string, ScaleOverride>.Empty;

    /// <summary>Raised by <c>restart</c>; a process of a lower generation is replaced.</summary>
    [Id(2)]
    public ImmutableSortedDictionary<string, int> Restarts { get; init; } =
        ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>By what is intended, and not by which objects say it.</summary>
    public bool Equals(Deployment? other) =>
        other is not null
        && Release == other.Release
        && AreSame(Scale, other.Scale)
        && AreSame(Restarts, other.Restarts);

    public override int GetHashCode() => HashCode.Combine(Release, Scale.Count, Restarts.Count);

    private static bool AreSame<T>(
        ImmutableSortedDictionary<string, T> one,
        ImmutableSortedDictionary<string, T> other
    ) => one.Count == other.Count && one.All(p => other.TryGetValue(p.Key, out var value) && Equals(value, p.Value));
}

/// <summary>Null members leave convox.yml's value. Cpu in milli-cores, memory in MiB.</summary>
[GenerateSerializer, Immutable, Alias("palisade.scale-override")]
public sealed record ScaleOverride(
    [property: Id(0)] int? Count,
    [property: Id(1)] int? Cpu,
    [property: Id(2)] int? Memory
);

/// <summary>What a change of a service's scale was planned from.</summary>
/// <param name="Release">That ran.</param>
/// <param name="Set">What was set beside its manifest; null: nothing.</param>
[GenerateSerializer, Immutable, Alias("palisade.scale-basis")]
public sealed record ScaleBasis([property: Id(0)] string Release, [property: Id(1)] ScaleOverride? Set)
{
    public static ScaleBasis Of(Deployment current, string service)
    {
        ArgumentNullException.ThrowIfNull(current);
        return new(current.Release, current.Scale.GetValueOrDefault(service));
    }
}

/// <summary>Why a rollout was started.</summary>
[GenerateSerializer, Alias("palisade.rollout-kind")]
public enum RolloutKind
{
    Promote,
    Scale,
    Restart,
}

/// <summary>A change on its way onto the rack.</summary>
[GenerateSerializer, Immutable, Alias("palisade.rollout")]
public sealed record Rollout
{
    /// <summary>12 hex.</summary>
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required RolloutKind Kind { get; init; }

    [Id(2)]
    public required Deployment Target { get; init; }

    [Id(3)]
    public required DateTimeOffset Started { get; init; }

    /// <summary>It must be proven by then, or it is rolled back.</summary>
    [Id(4)]
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>It failed or was cancelled; the rack converges back to what ran before.</summary>
    [Id(5)]
    public bool Failed { get; init; }

    /// <summary>Who asked; decided again when its job starts.</summary>
    [Id(6)]
    public required Principal By { get; init; }

    /// <summary>The release that a promote goes back to; none: it goes on.</summary>
    /// <remarks>COMPAT: no kind of its own, which a node of the version before could not read.</remarks>
    [Id(7)]
    public string? BackTo { get; init; }
}
