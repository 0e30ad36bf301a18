using Palisade.Domain.Apps;

namespace Palisade.Web.Components.Apps;

/// <summary>What a change is, in a sentence, wherever it is told.</summary>
internal static class RolloutText
{
    public static string Underway(Rollout rollout) =>
        rollout.Kind switch
        {
            RolloutKind.Scale => "It is being scaled",
            RolloutKind.Restart => "Its processes are being restarted",
            _ when rollout.BackTo is { } back => $"{back} is being gone back to, as {rollout.Target.Release}",
            _ => $"{rollout.Target.Release} is being promoted",
        };

    /// <summary>Of one that began once.</summary>
    public static string Began(Rollout rollout) =>
        rollout.Kind switch
        {
            RolloutKind.Scale => "Scaling began",
            RolloutKind.Restart => "Restarting its processes began",
            _ when rollout.BackTo is { } back => $"Going back to {back} began, as {rollout.Target.Release}",
            _ => $"Promoting {rollout.Target.Release} began",
        };

    /// <summary>Of one that failed, while its effects are being undone.</summary>
    public static string Undone(Rollout rollout, FailedRollout? failed) =>
        failed is { Code: FailedRollout.Cancelled } && failed.RolloutId == rollout.Id
            ? "It was cancelled, and what ran before is being put back"
            : rollout.Kind switch
            {
                RolloutKind.Scale => "Scaling it failed, and what ran before is being put back",
                RolloutKind.Restart => "Restarting it failed, and what ran before is being put back",
                _ => $"{rollout.Target.Release} failed, and what ran before is being put back",
            };

    /// <summary>Why the last change did not come about; null: it did.</summary>
    public static string? Ended(AppView app) =>
        app.LastFailure is not { } failure ? null
        : app.WasCancelled ? "The last change was cancelled"
        : $"The last change failed: {failure}";
}
