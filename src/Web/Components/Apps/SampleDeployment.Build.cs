using Palisade.Domain.Access;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Storage.Logs;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Apps;

/// <summary>The sample's build, with its log.</summary>
internal sealed partial class SampleDeployment
{
    private async Task<Result<string>> BuildAsync(
        AppRef app,
        string source,
        Action<string> line,
        CancellationToken cancellationToken
    )
    {
        if (!(await session.CallerAsync(app.Org, cancellationToken)).TryGet(out var caller, out var problem))
        {
            return Result.Fail<string>(problem);
        }

        var build = new BuildRef(app, ids.Letters('B'));
        using var changes = Watch($"build/{build}", cancellationToken);
        var command = new StartBuild { Source = source, Description = "the sample, from the console" };
        var started = await grains
            .GetGrain<IBuildGrain>(build.ToString())
            .StartAsync(caller, command, cancellationToken);
        if (
            !started.TryGet(out _, out problem)
            || !(await gate.AuthorizeAsync(caller, Operations.BuildLogs, Resource.Of(app), cancellationToken)).TryGet(
                out _,
                out problem
            )
        )
        {
            return Result.Fail<string>(problem);
        }

        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var log = FollowAsync(build, line, reading.Token);
        var over = await records.EndOfBuildAsync(build, changes, cancellationToken);
        await reading.CancelAsync();
        await log;
        return over switch
        {
            null => BuildProblems.NotFound(build.Id),
            { Status: BuildStatus.Complete } => over.Release,
            _ => new Conflict("build.failed", $"build {build.Id} failed: {over.Reason}"),
        };
    }

    private async Task FollowAsync(BuildRef build, Action<string> line, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (
                var entry in store.Logs.ReadAsync($"build/{build}", new LogQuery { Follow = true }, cancellationToken)
            )
            {
                line(entry.Text);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The build is over, or the page left.
        }
    }
}
