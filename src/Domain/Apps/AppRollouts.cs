using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

using AppDecision = Decision<AppEvent, Done>;

/// <summary>
/// Decisions that change what runs: promote, scale, restart, cancel, and the outcomes that the converger reports.
/// </summary>
public static partial class AppRollouts
{
    /// <summary>convox-wire.md 3.2: the default timeout of a promote.</summary>
    public const int DefaultTimeoutSeconds = 2100;

    public const int MaxTimeoutSeconds = 7200;

    public const int MaxCount = 1000;

    /// <param name="from">What ran when it was planned, "" for nothing; null: whatever runs. Problem:
    /// <c>release.stale_plan</c>.</param>
    public static Result<AppDecision> Promote(
        AppState state,
        AppRef app,
        string releaseId,
        bool force,
        int? timeoutSeconds,
        string? from,
        KeptReleases keep,
        DecideContext context
    )
    {
        if (AppLifecycle.Refusal(state, app) is { } refusal)
        {
            return refusal;
        }

        if (timeoutSeconds is <= 0 or > MaxTimeoutSeconds)
        {
            return new Invalid("promote.timeout_invalid", $"the timeout is 1 to {MaxTimeoutSeconds} seconds");
        }

        if (state.FindRelease(releaseId) is not { } release)
        {
            return AppProblems.NoSuchRelease(state, releaseId, keep);
        }

        if (release.Build.Length == 0)
        {
            return AppProblems.NoBuild(releaseId);
        }

        if (NotNow(state, app, from, force) is { } late)
        {
            return late;
        }

        if (state.FindRelease(state.Current.Release) is { } active && IsOlder(state, release, active))
        {
            return AppProblems.OlderThanActive(releaseId, active.Id);
        }

        var target = state.Current with { Release = releaseId };
        return Start(
            RolloutKind.Promote,
            target,
            timeoutSeconds ?? DefaultTimeoutSeconds,
            context,
            backTo: null,
            ("release", releaseId)
        );
    }

    /// <param name="from">What it was planned from; null: whatever runs. Problem: <c>scale.stale_plan</c>.</param>
    public static Result<AppDecision> Scale(
        AppState state,
        AppRef app,
        string service,
        ScaleOverride change,
        ScaleBasis? from,
        DecideContext context
    )
    {
        if ((NotRunning(state, app) ?? OutOfBounds(change)) is { } refusal)
        {
            return refusal;
        }

        if (from is not null && from != ScaleBasis.Of(state.Current, service))
        {
            return AppProblems.StaleScale(service);
        }

        var before = state.Current.Scale.GetValueOrDefault(service) ?? new ScaleOverride(null, null, null);
        var after = new ScaleOverride(
            change.Count ?? before.Count,
            change.Cpu ?? before.Cpu,
            change.Memory ?? before.Memory
        );
        if (after == before)
        {
            return new AppDecision(default);
        }

        var target = state.Current with { Scale = state.Current.Scale.SetItem(service, after) };
        return Start(
            RolloutKind.Scale,
            target,
            DefaultTimeoutSeconds,
            context,
            backTo: null,
            ("service", service),
            ("scale", Text(after))
        );
    }

    /// <summary>Why no service can be scaled so; null: it can. Problem: <c>scale.invalid</c>.</summary>
    public static Problem? OutOfBounds(ScaleOverride change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return change.Count is < 0 or > MaxCount ? AppProblems.ScaleInvalid($"count is 0 to {MaxCount}")
            : change.Cpu is < 10 or > 64_000 ? AppProblems.ScaleInvalid("cpu is 10 to 64000 (1000 is one core)")
            : change.Memory is < 4 or > 1_048_576 ? AppProblems.ScaleInvalid("memory is 4 to 1048576 MiB")
            : null;
    }

    /// <param name="services">Of the release that runs. All of them are restarted, or none is.</param>
    /// <param name="from">What it was planned from; null: whatever runs. Problem: <c>restart.stale_plan</c>.</param>
    public static Result<AppDecision> Restart(
        AppState state,
        AppRef app,
        IReadOnlyCollection<string> services,
        Deployment? from,
        DecideContext context
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!state.Exists || state.Status == AppStatus.Deleting || state.Current.Release.Length == 0)
        {
            return NotRunning(state, app)!;
        }

        // COMPAT: `convox restart` restarts each service in turn without waiting, so a restart under way takes further
        // ones in. A planned one names all of its services at once, and is never taken for two.
        var basis = state.Rollout switch
        {
            null => state.Current,
            { Failed: false, Kind: RolloutKind.Restart } r when from is null => r.Target,
            _ => null,
        };
        if (basis is null)
        {
            return AppProblems.Updating(app.App);
        }

        if (from is not null && from != basis)
        {
            return AppProblems.StaleRestart(app.App);
        }

        var generations = services.Select(s => KeyValuePair.Create(s, basis.Restarts.GetValueOrDefault(s) + 1));
        var target = basis with { Restarts = basis.Restarts.SetItems(generations) };
        return Start(
            RolloutKind.Restart,
            target,
            DefaultTimeoutSeconds,
            context,
            backTo: null,
            ("service", string.Join(", ", services))
        );
    }

    /// <param name="rolloutId">Only this one; null: whichever is under way.</param>
    public static Result<AppDecision> Cancel(AppState state, AppRef app, string? rolloutId = null)
    {
        if (AppLifecycle.Refusal(state, app) is { } refusal)
        {
            return refusal;
        }

        return state.Rollout is { Failed: false } rollout && (rolloutId ?? rollout.Id) == rollout.Id
            ? new AppDecision(default)
            {
                Events = [new RolloutFailed(rollout.Id, FailedRollout.Cancelled, "cancelled")],
            }
            : AppProblems.NotUpdating(app.App);
    }

    private static Result<AppDecision> Start(
        RolloutKind kind,
        Deployment target,
        int timeoutSeconds,
        DecideContext context,
        string? backTo,
        params (string Key, string Value)[] details
    )
    {
        var rollout = new Rollout
        {
            Id = context.Ids.Hex(6),
            Kind = kind,
            Target = target,
            Started = context.Now,
            Deadline = context.Now.AddSeconds(timeoutSeconds),
            By = context.Caller.Principal,
            BackTo = backTo,
        };
        return new AppDecision(default)
        {
            Events = [new RolloutStarted(rollout)],
            Details = details.ToImmutableSortedDictionary(d => d.Key, d => d.Value),
        };
    }

    private static Problem? NotNow(AppState state, AppRef app, string? from, bool force) =>
        from is not null && from != state.Current.Release ? AppProblems.StalePromote(state.Current.Release)
        : state.Status != AppStatus.Running && !force ? AppProblems.Updating(app.App)
        : null;

    private static bool IsOlder(AppState state, ReleaseMark release, ReleaseMark active) =>
        state.Releases.FindLastIndex(r => r.Id == release.Id) < state.Releases.FindLastIndex(r => r.Id == active.Id);

    private static Problem? NotRunning(AppState state, AppRef app) =>
        AppLifecycle.Refusal(state, app)
        ?? (
            state.Current.Release.Length == 0 ? AppProblems.NothingRuns(app.App)
            : state.Status != AppStatus.Running ? AppProblems.Updating(app.App)
            : null
        );

    private static string Text(ScaleOverride scale) =>
        string.Join(
            ' ',
            new[] { ("count", scale.Count), ("cpu", scale.Cpu), ("memory", scale.Memory) }
                .Where(p => p.Item2 is not null)
                .Select(p => $"{p.Item1}={p.Item2}")
        );
}
