using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

/// <summary>Going back to what ran.</summary>
public static partial class AppRollouts
{
    /// <summary>
    /// Makes a release of the build and the environment of one that ran, and promotes it: both, or neither.
    /// </summary>
    /// <param name="state">Of the app.</param>
    /// <param name="app">Its name.</param>
    /// <param name="releaseId">The one that ran. Problem: <c>release.never_ran</c>.</param>
    /// <param name="environment">That one's, for the next version; null: it is the newest already.</param>
    /// <param name="from">As of <see cref="Promote"/>.</param>
    /// <param name="keep">What may stay beside it.</param>
    /// <param name="context">Who asks, and when.</param>
    public static Result<Decision<AppEvent, ReleaseCreated>> RollBack(
        AppState state,
        AppRef app,
        string releaseId,
        NewEnvironment? environment,
        string? from,
        KeptReleases keep,
        DecideContext context
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        if (AppLifecycle.Refusal(state, app) is { } refusal)
        {
            return refusal;
        }

        if (state.FindRelease(releaseId) is not { } release)
        {
            return AppProblems.NoSuchRelease(state, releaseId, keep);
        }

        if (!release.Proven)
        {
            return AppProblems.NeverRan(releaseId);
        }

        if (NotNow(state, app, from, force: false) is { } late)
        {
            return late;
        }

        var again = new NewRelease
        {
            Build = release.Build,
            Environment = environment,
            Description = $"rollback to {releaseId}",
        };
        return AppReleases
            .Create(state, app, again, keep, context)
            .Then(made =>
                Start(
                        RolloutKind.Promote,
                        state.Current with
                        {
                            Release = made.Answer.Id,
                        },
                        DefaultTimeoutSeconds,
                        context,
                        backTo: releaseId
                    )
                    .Map(started =>
                        made with
                        {
                            Events = [.. made.Events, .. started.Events],
                            Details = made.Details.Add("to", releaseId),
                        }
                    )
            );
    }
}
