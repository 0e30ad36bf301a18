using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

/// <summary>Facts about one app.</summary>
public abstract record AppEvent : IDomainEvent;

/// <param name="Id">10 hex; see <see cref="AppState.Id"/>.</param>
[Event("app.created")]
public sealed record AppCreated(string Id, string Generation, DateTimeOffset At) : AppEvent;

/// <summary>Its place on the rack (network, routes) exists.</summary>
[Event("app.ready")]
public sealed record AppReady : AppEvent;

[Event("app.lock_changed")]
public sealed record AppLockChanged(bool Locked) : AppEvent;

[Event("app.parameters_set")]
public sealed record AppParametersSet(ImmutableSortedDictionary<string, string> Changed) : AppEvent;

[Event("app.release_created")]
public sealed record ReleaseCreated : AppEvent
{
    public required string Id { get; init; }

    /// <summary>"" for a release without a build (environment set before the first build).</summary>
    public required string Build { get; init; }
    public required int EnvironmentVersion { get; init; }

    /// <summary>Present when this release brings a new version of the environment.</summary>
    public StoredEnvironment? Environment { get; init; }
    public required string Description { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required Principal By { get; init; }
}

/// <summary>A version of the environment: values sealed as one text, keys with keyed fingerprints (S19).</summary>
public sealed record StoredEnvironment(Sealed Values, ImmutableSortedDictionary<string, string> Keys)
{
    /// <summary>What differs from the version before, as <see cref="ChangedKeys"/> says it.</summary>
    public ImmutableSortedDictionary<string, string> Changed { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>Nobody can go back to these any more; the rack and the lists let go of what only they need.</summary>
[Event("app.releases_pruned")]
public sealed record ReleasesPruned : AppEvent
{
    public required ImmutableArray<string> Releases { get; init; }

    /// <summary>Builds that no release is of any more.</summary>
    public required ImmutableArray<string> Builds { get; init; }

    /// <summary>Versions of the environment that no release has any more.</summary>
    public required ImmutableArray<int> Environments { get; init; }
}

[Event("app.rollout_started")]
public sealed record RolloutStarted(Rollout Rollout) : AppEvent;

/// <summary>Every service of the target is healthy and proven; what ran before is gone or going.</summary>
[Event("app.rollout_succeeded")]
public sealed record RolloutSucceeded(string RolloutId) : AppEvent;

/// <param name="Code">Stable: <c>rollout.crashed</c>, <c>rollout.unhealthy</c>, <c>rollout.deadline</c>,
/// <c>rollout.cancelled</c>, …</param>
/// <param name="Cause">For a person: which service, exit code or health answer.</param>
[Event("app.rollout_failed")]
public sealed record RolloutFailed(string RolloutId, string Code, string Cause) : AppEvent;

/// <summary>What ran before a failed rollout is alone again.</summary>
[Event("app.rollout_reverted")]
public sealed record RolloutReverted(string RolloutId) : AppEvent;

[Event("app.deletion_started")]
public sealed record AppDeletionStarted : AppEvent;

/// <summary>Who asked for the deletion may no longer delete it (S16); nothing of it was removed.</summary>
[Event("app.deletion_denied")]
public sealed record AppDeletionDenied(string Cause) : AppEvent;

/// <summary>Nothing of it is left on the rack; the name is free.</summary>
[Event("app.deleted")]
public sealed record AppDeleted : AppEvent;

/// <summary>
/// A one-off process was asked for (<c>run</c>). Known environment values in the command are redacted (S19).
/// </summary>
[Event("app.process_requested")]
public sealed record ProcessRequested(string ProcessId, string Service, string Release, string Command) : AppEvent
{
    /// <summary>Who asked for it, and so may see, enter and stop it.</summary>
    public Principal? By { get; init; }
}

[Event("app.process_stopped")]
public sealed record ProcessStopped(string ProcessId) : AppEvent;
