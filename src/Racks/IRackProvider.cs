using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;

namespace Palisade.Racks;

/// <summary>
/// Answers for one kind of rack. Effects are idempotent: a process killed between or inside any two calls and started
/// again comes to the same state. All ids come from the app's own records (S18); nothing a client sent reaches the
/// engine unresolved.
/// </summary>
public interface IRackProvider : ILiveRack
{
    /// <summary><c>local</c>, <c>aws</c>.</summary>
    string Kind { get; }

    /// <summary>What the operator lets parameters of its racks be at most, by name. Default: nothing more.</summary>
    ImmutableDictionary<string, ParameterCeiling> Ceilings => ImmutableDictionary<string, ParameterCeiling>.Empty;

    /// <summary>Whether the rack can be used from here now; <see cref="EnsureRackAsync"/> makes it so.</summary>
    bool IsReady(RackRef rack);

    /// <summary>The rack as of the last look at it; unlike a look, never waits and makes nothing ready.</summary>
    RackHealth LastSeen(RackState rack);

    /// <summary>
    /// Makes what apps need on the rack (container service, router, firewall), or adopts it. Called at start and by
    /// rack jobs.
    /// </summary>
    Task<Result<Done>> EnsureRackAsync(RackState rack, CancellationToken cancellationToken = default);

    Task<AppObservation> ObserveAsync(DesiredApp desired, CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether all that an app asks for fits on the rack beside what it has promised to others; also when the app asks
    /// for no more than it has. Default: the rack says so when it starts them. Problems: <c>rack.too_much_memory</c>,
    /// <c>rack.too_much_cpu</c>.
    /// </summary>
    Result<Done> Fits(AppRef app, string appId, MachineShare asked) => Result.Done;

    /// <summary>
    /// As <see cref="Fits"/>, and the rack has promised it from then on: of several that are asked for at once, no more
    /// are admitted than fit together.
    /// </summary>
    Result<Done> Admit(DesiredApp desired) => Result.Done;

    /// <summary>Pure: the steps that could be taken now.</summary>
    Plan Plan(DesiredApp desired, AppObservation observed);

    /// <summary>Pure: how far it is.</summary>
    RolloutProgress Assess(DesiredApp desired, AppObservation observed);

    /// <summary>
    /// Takes one step; a problem is reported once and planned around or into a fault at the next look. What it starts
    /// or ends is marked before this returns its task, so that the next look sees it.
    /// </summary>
    Task<Result<Done>> ApplyAsync(DesiredApp desired, PlanStep step, CancellationToken cancellationToken = default);

    /// <summary>Removes all of an app: processes, routes, network, volumes, images. Idempotent.</summary>
    Task<Result<Done>> DeleteAppAsync(AppRef app, string appId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Builds every service of the manifest in the archive; log lines go to <paramref name="log"/> as they come.
    /// </summary>
    Task<Result<BuildOutput>> BuildAsync(
        BuildInput input,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// The images of an exported build (<see cref="BuildArchive"/>), as if they had been built here. Problems:
    /// <c>build.archive</c>, those of the manifest.
    /// </summary>
    Task<Result<BuildOutput>> ImportAsync(
        BuildInput input,
        Func<string, ValueTask> log,
        CancellationToken cancellationToken = default
    );

    /// <summary>Ids of the app's builds whose images the rack holds, whole or in part.</summary>
    Task<Result<ImmutableArray<string>>> BuildsAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Removes the images of one build. What a process still runs on stays until the next time. Idempotent.
    /// <c>rack.building</c> while builds run, which may be about to take their layers.
    /// </summary>
    Task<Result<Done>> RemoveBuildAsync(
        AppRef app,
        string appId,
        string buildId,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Removes what builds left on the rack and is too old to make the next one faster: pulled images that no build
    /// takes and no kept image is made of, and layers that no image is made of. Idempotent. <c>rack.building</c> while
    /// builds run.
    /// </summary>
    Task<Result<LeftImages>> RemoveLeftImagesAsync(RackRef rack, CancellationToken cancellationToken = default);

    /// <summary>Ends everything of this rack on the machine (<c>--stop-apps</c>); data stays.</summary>
    Task ShutdownAsync(RackState rack, CancellationToken cancellationToken = default);
}

public sealed record BuildInput
{
    public required AppRef App { get; init; }
    public required string AppId { get; init; }
    public required string BuildId { get; init; }

    /// <summary>The source archive (gzip tar) in clear.</summary>
    public required Stream Source { get; init; }
    public required string ManifestFile { get; init; }

    /// <summary>
    /// Newest environment overlaid with build arguments: for interpolation, and for declared <c>ARG</c>s only (S22).
    /// </summary>
    public required Sensitive<ImmutableSortedDictionary<string, string>> Environment { get; init; }
    public bool NoCache { get; init; }
}

/// <param name="Images">Service to image reference.</param>
/// <param name="Manifest">Text of the manifest file as in the archive.</param>
public sealed record BuildOutput(ImmutableSortedDictionary<string, string> Images, string Manifest, string Entrypoint);
