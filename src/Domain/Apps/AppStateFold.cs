namespace Palisade.Domain.Apps;

/// <summary>
/// Folds events into <see cref="AppState"/>. Total: it never refuses; replay and the live path share it.
/// </summary>
public static class AppStateFold
{
    public static AppState Apply(AppState state, AppEvent @event)
    {
        ArgumentNullException.ThrowIfNull(state);
        return @event switch
        {
            AppCreated e => new AppState
            {
                Id = e.Id,
                Generation = e.Generation,
                Status = AppStatus.Creating,
            },
            AppReady => state with { Status = AppStatus.Running },
            AppLockChanged e => state with { Locked = e.Locked },
            AppParametersSet e => state with { Parameters = state.Parameters.SetItems(e.Changed) },
            ReleaseCreated e => AddRelease(state, e),
            ReleasesPruned e => state with
            {
                Releases = state.Releases.RemoveAll(r => e.Releases.Contains(r.Id)),
                Pruned = [.. state.Pruned.Concat(e.Releases).TakeLast(AppState.MaxPruned)],
            },
            RolloutStarted e => state with { Rollout = e.Rollout, Status = AppStatus.Updating },
            RolloutSucceeded e when state.Rollout?.Id == e.RolloutId => Succeeded(state, state.Rollout),
            RolloutFailed e when state.Rollout?.Id == e.RolloutId => state with
            {
                Rollout = state.Rollout with { Failed = true },
                Status = AppStatus.Rollback,
                LastFailure = e.Cause,
                LastFailed = new(e.RolloutId, e.Code, e.Cause),
            },
            RolloutReverted e when state.Rollout?.Id == e.RolloutId => state with
            {
                Rollout = null,
                Status = AppStatus.Running,
            },
            ProcessRequested { By: { } by } e => state with
            {
                Runs = (state.Runs.Count < AppState.MaxRuns ? state.Runs : state.Runs.RemoveAt(0)).Add(
                    new(e.ProcessId, by)
                ),
            },
            ProcessStopped e => state with { Runs = state.Runs.RemoveAll(run => run.ProcessId == e.ProcessId) },
            AppDeletionStarted => state with { Status = AppStatus.Deleting, Rollout = null },
            AppDeletionDenied e => state with { Status = AppStatus.Running, LastFailure = e.Cause },
            AppDeleted => new AppState(),
            _ => state,
        };
    }

    private static AppState AddRelease(AppState state, ReleaseCreated e)
    {
        var releases = state.Releases.Add(new ReleaseMark(e.Id, e.Build, e.EnvironmentVersion, e.Created));
        // INVARIANT: the running and the wanted release are never dropped; rollback needs them.
        while (releases.Count > AppState.MaxReleases)
        {
            var oldest = releases.FindIndex(r => r.Id != state.Current.Release && r.Id != state.Desired.Release);
            releases = releases.RemoveAt(oldest);
        }

        return state with
        {
            Releases = releases,
            EnvironmentVersion = e.Environment is null ? state.EnvironmentVersion : e.EnvironmentVersion,
            EnvironmentKeys = e.Environment?.Keys ?? state.EnvironmentKeys,
        };
    }

    private static AppState Succeeded(AppState state, Rollout rollout)
    {
        var index = state.Releases.FindLastIndex(r => r.Id == rollout.Target.Release);
        return state with
        {
            Current = rollout.Target,
            Rollout = null,
            Status = AppStatus.Running,
            LastFailure = null,
            Releases =
                index < 0
                    ? state.Releases
                    : state.Releases.SetItem(index, state.Releases[index] with { Proven = true }),
        };
    }
}
