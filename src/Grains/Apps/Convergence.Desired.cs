using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Racks;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Apps;

/// <summary>What to converge to.</summary>
internal sealed partial class Convergence
{
    /// <summary>The desired app, loaded again only when the goal is another one.</summary>
    private async Task<Result<DesiredApp>> DesiredAsync(ConvergeGoal goal, CancellationToken cancellationToken)
    {
        var key = ViewJson.Write((goal.Desired, goal.App.Current, goal.App.Rollout, goal.App.Status).ToTuple());
        if (_desired is { } known && known.Key == key)
        {
            return known.App;
        }

        var loaded = await LoadAsync(
            goal,
            goal.Desired.Release,
            goal.Build,
            goal.EnvironmentVersion,
            cancellationToken
        );
        if (!loaded.TryGet(out var release, out var problem))
        {
            return Result.Fail<DesiredApp>(problem);
        }

        var previous = goal.App.Rollout is { Failed: false }
            ? await LoadAsync(
                goal,
                goal.App.Current.Release,
                goal.CurrentBuild,
                goal.CurrentEnvironmentVersion,
                cancellationToken
            )
            : Result.Of<LoadedRelease?>(null);
        var built = DesiredBuilder.Build(goal, release, previous.Ok ? previous.Value : null);
        if (built.Ok)
        {
            _desired = (key, built.Value);
        }

        return built;
    }

    /// <summary>Null for no release.</summary>
    private async Task<Result<LoadedRelease?>> LoadAsync(
        ConvergeGoal goal,
        string release,
        string build,
        int environment,
        CancellationToken cancellationToken
    ) =>
        release.Length == 0
            ? Result.Of<LoadedRelease?>(null)
            : (
                await releases.LoadAsync(
                    app,
                    goal.App.Id,
                    release,
                    build,
                    environment,
                    provider.Features,
                    cancellationToken
                )
            ).Map<LoadedRelease?>(r => r);
}
