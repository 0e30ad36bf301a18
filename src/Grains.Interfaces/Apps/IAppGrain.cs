using System.Collections.Immutable;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;

namespace Palisade.Grains.Apps;

/// <summary>
/// One app; key: <c>org/rack/app</c>. Every method decides access itself from the caller's proven policy.
/// </summary>
[Alias("palisade.app")]
public interface IAppGrain : IGrainWithStringKey
{
    /// <summary>
    /// Problems: <c>app.name_invalid</c>, <c>app.name_reserved</c>, <c>app.exists</c>, <c>rack.not_found</c>.
    /// </summary>
    Task<Result<AppView>> CreateAsync(Caller caller, string? generation, CancellationToken cancellationToken = default);

    /// <summary>
    /// Problems: <c>app.not_found</c> (its text says <c>app not found</c>, which the client looks for).
    /// </summary>
    Task<Result<AppView>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    Task<Result<Done>> UpdateAsync(Caller caller, UpdateApp command, CancellationToken cancellationToken = default);

    /// <summary>
    /// Refused while locked (<c>app.locked</c>). The app shows <c>deleting</c> until nothing of it is left.
    /// </summary>
    Task<Result<Done>> DeleteAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends the rollout under way and goes back to what ran; <c>app.not_updating</c> (Forbidden, as the client expects
    /// 403) otherwise.
    /// </summary>
    Task<Result<Done>> CancelAsync(
        Caller caller,
        string? rollout = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// From the newest release: keeps its build and environment unless given. See <see cref="CreateRelease"/>.
    /// </summary>
    Task<Result<ReleaseView>> CreateReleaseAsync(
        Caller caller,
        CreateRelease command,
        CancellationToken cancellationToken = default
    );

    /// <summary>The release of a finished build: made once, whatever is repeated.</summary>
    Task<Result<ReleaseView>> CreateBuildReleaseAsync(
        Caller caller,
        JobToken job,
        string build,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> PromoteAsync(
        Caller caller,
        PromoteRelease command,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Makes a release of the build and the environment of one that ran (<c>release.never_ran</c>) and promotes it:
    /// both, or neither.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="release">The one that ran.</param>
    /// <param name="from">As of <see cref="PromoteRelease"/>.</param>
    /// <param name="cancellationToken">Until it is committed.</param>
    Task<Result<ReleaseView>> RollBackAsync(
        Caller caller,
        string release,
        string? from = null,
        CancellationToken cancellationToken = default
    );

    /// <param name="caller">Who asks.</param>
    /// <param name="service">Of the release that runs.</param>
    /// <param name="change">What is to be set.</param>
    /// <param name="from">What it was planned from: refused when that is no longer so (<c>scale.stale_plan</c>).
    /// </param>
    /// <param name="cancellationToken">Until it is committed.</param>
    Task<Result<Done>> ScaleAsync(
        Caller caller,
        string service,
        ScaleOverride change,
        ScaleBasis? from = null,
        CancellationToken cancellationToken = default
    );

    /// <param name="caller">Who asks.</param>
    /// <param name="service">Of the release that runs; null: all of them, or none.</param>
    /// <param name="from">What it was planned from: refused when that is no longer so (<c>restart.stale_plan</c>), so
    /// that one plan restarts once, however often it is sent.</param>
    /// <param name="cancellationToken">Until it is committed.</param>
    Task<Result<Done>> RestartAsync(
        Caller caller,
        string? service,
        Deployment? from = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// The environment of a release in clear: needs <c>app.env.reveal</c> and is recorded; without it values are
    /// keep-tokens (S19).
    /// </summary>
    Task<Result<RevealedEnvironment>> ReadEnvironmentAsync(
        Caller caller,
        string release,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// The same with a keep-token for every value, whoever asks: what is to be kept and not seen. No value leaves, so
    /// nothing is revealed.
    /// </summary>
    Task<Result<RevealedEnvironment>> MaskedEnvironmentAsync(
        Caller caller,
        string release,
        CancellationToken cancellationToken = default
    );

    /// <summary>Reserves the id of a one-off process and records it; the web then starts it on the rack.</summary>
    Task<Result<OneOffTicket>> RequestProcessAsync(
        Caller caller,
        RequestProcess command,
        CancellationToken cancellationToken = default
    );

    /// <summary>Who started a one-off process: what routes decide by (S18). Not for clients.</summary>
    Task<Result<StartedBy>> StartedByAsync(string processId, CancellationToken cancellationToken = default);

    /// <summary>Authorizes and records the stop of a process that <paramref name="processId"/> names.</summary>
    Task<Result<Done>> StopProcessAsync(Caller caller, string processId, CancellationToken cancellationToken = default);

    // What jobs report. The caller is the job's own; the fence makes a stale attempt's report fail.

    Task<Result<Done>> ReportReadyAsync(Caller caller, JobToken job, CancellationToken cancellationToken = default);

    Task<Result<Done>> ReportRolloutAsync(
        Caller caller,
        JobToken job,
        RolloutReport report,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> ReportDeletedAsync(Caller caller, JobToken job, CancellationToken cancellationToken = default);

    /// <summary>
    /// S16: who caused the job may no longer do it. What the job's operation began ends: a rollout fails, a creation is
    /// undone, a deletion stops.
    /// </summary>
    Task<Result<Done>> ReportDeniedAsync(
        Caller caller,
        JobToken job,
        string operation,
        string cause,
        CancellationToken cancellationToken = default
    );

    /// <summary>Asks for a convergence because the rack shows something else than desired (a process died).</summary>
    Task<Result<Done>> ReportDriftAsync(Caller caller, string reason, CancellationToken cancellationToken = default);

    /// <summary>State for the converger: what to converge to. Not for clients.</summary>
    Task<Result<ConvergeGoal>> GoalAsync(CancellationToken cancellationToken = default);
}

[GenerateSerializer, Immutable, Alias("palisade.update-app")]
public sealed record UpdateApp(
    [property: Id(0)] bool? Lock,
    [property: Id(1)] ImmutableSortedDictionary<string, string>? Parameters
);

/// <summary>
/// At most one of them may be a new thing at a time by key rules: <see cref="Environment"/> is the whole text (empty
/// means none), <see cref="Build"/> a finished build.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.create-release")]
public sealed record CreateRelease
{
    [Id(0)]
    public string? Build { get; init; }

    /// <summary>Whole environment text (convox-wire.md 5.3), maybe with keep-tokens.</summary>
    [Id(1)]
    public Sensitive<string>? Environment { get; init; }

    [Id(2)]
    public string? Description { get; init; }

    /// <summary>
    /// The release that the client last read (S20); null when not known. A moved head is a Conflict naming the keys.
    /// </summary>
    [Id(3)]
    public string? Parent { get; init; }

    /// <summary>It changes the environment and says nothing else.</summary>
    public bool IsEnvironmentAlone => this is { Environment: not null, Build: null, Description: null };
}

/// <param name="Release">Which.</param>
/// <param name="Force">Also while another change is under way.</param>
/// <param name="TimeoutSeconds">1 to 7,200; default 2,100.</param>
/// <param name="From">What ran when it was planned, "" for nothing: refused when that is no longer so
/// (<c>release.stale_plan</c>). Null: whatever runs.</param>
[GenerateSerializer, Immutable, Alias("palisade.promote-release")]
public sealed record PromoteRelease(
    [property: Id(0)] string Release,
    [property: Id(1)] bool Force,
    [property: Id(2)] int? TimeoutSeconds,
    [property: Id(3)] string? From = null
);

/// <param name="Text">Lines <c>KEY=VALUE</c>.</param>
/// <param name="Masked">Values are keep-tokens.</param>
[GenerateSerializer, Immutable, Alias("palisade.revealed-environment")]
public sealed record RevealedEnvironment([property: Id(0)] Sensitive<string> Text, [property: Id(1)] bool Masked);

[GenerateSerializer, Immutable, Alias("palisade.request-process")]
public sealed record RequestProcess
{
    [Id(0)]
    public required string Service { get; init; }

    /// <summary>Null: the active release.</summary>
    [Id(1)]
    public string? Release { get; init; }

    [Id(2)]
    public required Sensitive<string> Command { get; init; }
}

[GenerateSerializer, Immutable, Alias("palisade.one-off-ticket")]
public sealed record OneOffTicket(
    [property: Id(0)] string ProcessId,
    [property: Id(1)] string AppId,
    [property: Id(2)] string Release
);

/// <param name="Starter">Null when it is no one-off process, or not known any more.</param>
[GenerateSerializer, Immutable, Alias("palisade.started-by")]
public sealed record StartedBy([property: Id(0)] Principal? Starter);
