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

    /// <summary>Of one that failed, while its effects are being undone.</summary>
    public static string Undone(Rollout rollout, FailedRollout? failed) =>
        failed is { Code: FailedRollout.Cancelled } && failed.RolloutId == rollout.Id
            ? "It was cancelled, and what ran before is being put back"
            : rollout.Kind switch
            {
                RolloutKind.Scale => "The new scale did not become healthy and is being undone",
                RolloutKind.Restart => "The new processes did not become healthy, and the old ones stay",
                _ => $"{rollout.Target.Release} did not become healthy and is being undone",
            };
}
