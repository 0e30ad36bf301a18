using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Storage.Views;

namespace Palisade.Grains.Apps;

/// <summary>The end of an app.</summary>
internal sealed partial class Convergence
{
    private async Task<JobEnd?> DeleteAsync(ConvergeGoal goal, CancellationToken cancellationToken)
    {
        await _steps.EndedAsync();
        await context.ProgressAsync("deleting", cancellationToken);
        var deleted = await provider.DeleteAppAsync(app, goal.App.Id, cancellationToken);
        if (!deleted.Ok)
        {
            return new JobEnd.Retry(deleted.Problem.Text, TimeSpan.FromSeconds(2));
        }

        await DeleteStoredAsync(goal.App.Id, cancellationToken);
        var reported = await grain.ReportDeletedAsync(context.SystemCaller, context.Token, cancellationToken);
        return reported.Ok ? new JobEnd.Done() : new JobEnd.Retry(reported.Problem.Text, TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// Its logs and uploads: an app of the same name made later meets nothing of it. The journal stays.
    /// </summary>
    private async Task DeleteStoredAsync(string appId, CancellationToken cancellationToken)
    {
        var builds = new ViewQuery(app.Org, ViewKinds.Build, $"{app.Rack.Rack}/{app.App}/");
        await foreach (var build in store.Views.AllAsync(builds, cancellationToken))
        {
            await store.Logs.DeleteAsync(
                $"build/{app}/{build.Key[(build.Key.LastIndexOf('/') + 1)..]}",
                cancellationToken
            );
        }

        while (
            await store.Objects.ListAsync(app.Org, $"app/{appId}/", Page, cancellationToken)
                is { IsEmpty: false } objects
        )
        {
            foreach (var stored in objects)
            {
                await store.Objects.DeleteAsync(app.Org, stored.Key, cancellationToken);
            }
        }

        await store.Logs.DeleteAsync($"app/{app}", cancellationToken);
    }
}
