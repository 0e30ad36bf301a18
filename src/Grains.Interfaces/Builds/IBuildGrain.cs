using System.Collections.Immutable;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;

namespace Palisade.Grains.Builds;

/// <summary>One build; key: <c>org/rack/app/Bxxxxxxxxxx</c>.</summary>
[Alias("palisade.build")]
public interface IBuildGrain : IGrainWithStringKey
{
    /// <summary>
    /// Enqueues it; the answer already says <c>running</c>. Problems: <c>app.not_found</c>, <c>build.url_invalid</c>,
    /// <c>build.external_unsupported</c>, <c>build.limit</c>.
    /// </summary>
    Task<Result<BuildState>> StartAsync(
        Caller caller,
        StartBuild command,
        CancellationToken cancellationToken = default
    );

    /// <summary>As <see cref="StartAsync"/>, with the images of an exported build, which its source is.</summary>
    Task<Result<BuildState>> ImportAsync(
        Caller caller,
        StartBuild command,
        CancellationToken cancellationToken = default
    );

    Task<Result<BuildState>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// It has failed from this moment on; what works on it is stopped. Problems: <c>build.not_found</c>,
    /// <c>build.over</c>.
    /// </summary>
    Task<Result<Done>> CancelAsync(Caller caller, CancellationToken cancellationToken = default);

    Task<Result<Done>> ReportImagesAsync(
        Caller caller,
        JobToken job,
        ImmutableSortedDictionary<string, string> images,
        string manifest,
        string entrypoint,
        CancellationToken cancellationToken = default
    );

    /// <summary>Gives how the build ended, which is as it was before when it was over already.</summary>
    Task<Result<BuildState>> ReportCompletedAsync(
        Caller caller,
        JobToken job,
        string release,
        CancellationToken cancellationToken = default
    );

    /// <inheritdoc cref="ReportCompletedAsync"/>
    Task<Result<BuildState>> ReportFailedAsync(
        Caller caller,
        JobToken job,
        string reason,
        CancellationToken cancellationToken = default
    );

    /// <summary>Its images and its log are gone; now it is. Nothing happens to one that runs.</summary>
    Task<Result<Done>> ReportPrunedAsync(Caller caller, JobToken job, CancellationToken cancellationToken = default);
}

[GenerateSerializer, Immutable, Alias("palisade.start-build")]
public sealed record StartBuild
{
    /// <summary>Key of the source archive in the object store, resolved from <c>object://app/key</c>.</summary>
    [Id(0)]
    public required string Source { get; init; }

    [Id(1)]
    public string Description { get; init; } = "";

    [Id(2)]
    public string GitSha { get; init; } = "";

    [Id(3)]
    public string ManifestFile { get; init; } = "convox.yml";

    [Id(4)]
    public bool NoCache { get; init; }

    /// <summary><c>A=1,B=2</c> as the client sends it.</summary>
    [Id(5)]
    public Sensitive<string>? BuildArgs { get; init; }
}
