using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

using AppDecision = Decision<AppEvent, Done>;

/// <summary>What became of a rollout.</summary>
public static partial class AppRollouts
{
    public static Result<AppDecision> Succeeded(AppState state, string rolloutId) =>
        Report(state, rolloutId, failed: false, new RolloutSucceeded(rolloutId));

    /// <summary>Bound of a stored cause, in UTF-16 units.</summary>
    public const int MaxCause = 1000;

    public static Result<AppDecision> Failed(AppState state, string rolloutId, string code, string cause) =>
        Report(
            state,
            rolloutId,
            failed: false,
            new RolloutFailed(rolloutId, code, Printable.Line(cause, MaxCause, kept: true))
        );

    public static Result<AppDecision> Reverted(AppState state, string rolloutId) =>
        Report(state, rolloutId, failed: true, new RolloutReverted(rolloutId));

    /// <summary>
    /// A report about a rollout that is no longer the one under way changes nothing: it was superseded.
    /// </summary>
    private static Result<AppDecision> Report(AppState state, string rolloutId, bool failed, AppEvent @event) =>
        new AppDecision(default)
        {
            Events = state.Rollout is { } r && r.Id == rolloutId && r.Failed == failed ? [@event] : [],
        };
}
