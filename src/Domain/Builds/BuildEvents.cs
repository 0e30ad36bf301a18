using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Builds;

/// <summary>Facts about one build.</summary>
public abstract record BuildEvent : IDomainEvent;

[Event("build.started")]
public sealed record BuildStarted : BuildEvent
{
    public required string Id { get; init; }
    public required string App { get; init; }

    /// <summary><see cref="Apps.AppState.Id"/> at the time.</summary>
    public string AppId { get; init; } = "";
    public required string Description { get; init; }
    public required string GitSha { get; init; }
    public required string ManifestFile { get; init; }
    public required string Source { get; init; }
    public required bool NoCache { get; init; }
    public Sealed? BuildArgs { get; init; }

    /// <summary><see cref="Source"/> is an exported build.</summary>
    public bool Imported { get; init; }
    public required DateTimeOffset At { get; init; }
    public required Principal By { get; init; }
}

/// <summary>Every image exists on the rack; what is left is the release.</summary>
[Event("build.images_ready")]
public sealed record BuildImagesReady(
    ImmutableSortedDictionary<string, string> Images,
    string Manifest,
    string Entrypoint
) : BuildEvent;

[Event("build.completed")]
public sealed record BuildCompleted(string Release, DateTimeOffset At) : BuildEvent;

/// <summary>No release is of it any more; its images, its log and its place in lists are gone.</summary>
[Event("build.pruned")]
public sealed record BuildPruned(DateTimeOffset At) : BuildEvent;

[Event("build.failed")]
public sealed record BuildFailed(string Reason, DateTimeOffset At) : BuildEvent
{
    /// <summary>Its app is gone.</summary>
    public bool Orphaned { get; init; }
}
