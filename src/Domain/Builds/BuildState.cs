using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Builds;

/// <summary>
/// Status words of a build (convox-wire.md 5.2). <c>running</c> from the first answer until it is over, also while
/// queued.
/// </summary>
public static class BuildStatus
{
    public const string Running = "running";
    public const string Complete = "complete";
    public const string Failed = "failed";
}

/// <summary>
/// One build: fold of its stream; also the row of view <c>build</c>, keyed <c>rack/app/id</c>. <see cref="Id"/> ""
/// means it does not exist.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.build-state")]
public sealed record BuildState
{
    [Id(0)]
    public string Id { get; init; } = "";

    [Id(1)]
    public string App { get; init; } = "";

    [Id(2)]
    public string Status { get; init; } = "";

    [Id(3)]
    public string Description { get; init; } = "";

    [Id(4)]
    public string GitSha { get; init; } = "";

    /// <summary>File name of the manifest within the archive.</summary>
    [Id(5)]
    public string ManifestFile { get; init; } = "convox.yml";

    /// <summary>Key of the source archive in the object store.</summary>
    [Id(6)]
    public string Source { get; init; } = "";

    /// <summary>Text of convox.yml as it was in the archive, not interpolated (S22).</summary>
    [Id(7)]
    public string Manifest { get; init; } = "";

    [Id(8)]
    public DateTimeOffset Started { get; init; }

    [Id(9)]
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Why it failed, for a person.</summary>
    [Id(10)]
    public string Reason { get; init; } = "";

    [Id(11)]
    public string Release { get; init; } = "";

    /// <summary>Service to image reference; set when all images are ready.</summary>
    [Id(12)]
    public ImmutableSortedDictionary<string, string> Images { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    [Id(13)]
    public string Entrypoint { get; init; } = "";

    [Id(14)]
    public bool NoCache { get; init; }

    /// <summary>The text of build arguments, sealed for the build job; gone when the build is over.</summary>
    [Id(15)]
    public Sealed? BuildArgs { get; init; }

    [Id(16)]
    public Principal? By { get; init; }

    /// <summary>Which creation of the app it was made for: a re-created one never takes it.</summary>
    [Id(17)]
    public string AppId { get; init; } = "";

    /// <summary>The app was deleted while it ran; no list shows it.</summary>
    [Id(18)]
    public bool Orphaned { get; init; }

    /// <summary>Nothing is left of it but this.</summary>
    [Id(19)]
    public bool Pruned { get; init; }

    /// <summary>Its images come from an exported build, which <see cref="Source"/> is.</summary>
    [Id(20)]
    public bool Imported { get; init; }

    public bool Exists => Id.Length > 0;
}
