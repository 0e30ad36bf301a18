using System.Collections.Immutable;

namespace Palisade.Domain.Apps;

/// <summary>Which releases go when there are too many.</summary>
public static class AppPruning
{
    /// <summary>
    /// What is to go now, or null. It goes by tenths of what is kept, so that most releases cost one event. What runs
    /// and what is on its way in or out stays, whatever its age.
    /// </summary>
    public static ReleasesPruned? Due(AppState state, KeptReleases keep)
    {
        ArgumentNullException.ThrowIfNull(state);
        var atOnce = Math.Max(1, keep.Newest / 10);
        if (state.Releases.Count < keep.Newest + atOnce)
        {
            return null;
        }

        var proven = state.Releases.FindAll(r => r.Proven).TakeLast(keep.Proven).Select(r => r.Id).ToHashSet();
        var gone = state
            .Releases.Take(state.Releases.Count - keep.Newest)
            .Where(r =>
                !proven.Contains(r.Id) && r.Id != state.Current.Release && r.Id != state.Rollout?.Target.Release
            )
            .ToImmutableArray();
        if (gone.Length < atOnce)
        {
            return null;
        }

        var kept = state.Releases.RemoveRange(gone);
        return new ReleasesPruned
        {
            Releases = [.. gone.Select(r => r.Id)],
            Builds = [.. gone.Select(r => r.Build).Where(b => b.Length > 0).Except(kept.Select(r => r.Build))],
            Environments =
            [
                .. gone.Select(r => r.EnvironmentVersion)
                    .Where(v => v > 0 && v != state.EnvironmentVersion)
                    .Except(kept.Select(r => r.EnvironmentVersion)),
            ],
        };
    }
}
