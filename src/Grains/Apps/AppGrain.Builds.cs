using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Builds;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Apps;

/// <summary>Builds of the app, and the releases that they become.</summary>
public sealed partial class AppGrain
{
    public async Task<Result<ReleaseView>> CreateBuildReleaseAsync(
        Caller caller,
        JobToken job,
        string build,
        CancellationToken cancellationToken = default
    )
    {
        // It belongs to the build: whoever may build gets the build's release.
        var imported = await FindBuildAsync(State, build, cancellationToken) is { Imported: true };
        var allowed = await AuthorizeAsync(caller, BuildJob.OperationOf(imported), cancellationToken);
        if (!allowed.Ok)
        {
            return Result.Fail<ReleaseView>(allowed.Problem);
        }

        Func<Append, Append>? complete = null;
        var scope = new CommandScope(caller, Operations.ReleaseCreate, job)
        {
            Authorize = false,
            Amend = append => complete!(append),
        };
        var created = await CommandAsync<ReleaseCreated>(
            scope,
            async (state, context) =>
            {
                // Before the row: one that changes after this look makes the append lose its race and look again.
                var heads = await Services.Store.Journal.HeadsAsync(
                    [StreamId.Build(new BuildRef(App, build))],
                    cancellationToken
                );
                if (await FindBuildAsync(state, build, cancellationToken) is not { } found)
                {
                    return BuildProblems.NotFound(build);
                }

                if (found.Status == BuildStatus.Failed)
                {
                    return new Conflict("build.over", $"build {build} has failed: {found.Reason}");
                }

                if (found.Status == BuildStatus.Complete && !state.Releases.Exists(r => r.Build == build))
                {
                    return BuildProblems.Over(found);
                }

                var decided = AppReleases.Create(
                    state,
                    App,
                    new NewRelease
                    {
                        Build = build,
                        BuildDescription = found.Description,
                        OncePerBuild = true,
                    },
                    await KeepAsync(cancellationToken),
                    context
                );
                if (decided.TryGet(out var decision, out _))
                {
                    complete = append => Complete(append, found, heads[0].Head, decision.Answer, context);
                }

                return decided;
            },
            cancellationToken
        );
        return created.Map(e => ReleaseView.Of(App, e));
    }

    /// <summary>
    /// INVARIANT: the release and the end of its build are one append. Whoever cancels the build is before both, and
    /// there is no release, or after both, and too late.
    /// </summary>
    private Append Complete(Append append, BuildState build, long head, ReleaseCreated release, DecideContext context)
    {
        var stream = new BuildRef(App, build.Id);
        var completed = new BuildCompleted(release.Id, context.Now);
        var after = BuildDecisions.Apply(build, completed);
        var entry = new EntryDraft
        {
            Caller = Callers.System(Org, context.Caller.RequestId),
            Operation = Operations.BuildRun.Name,
            ResourceType = Operations.BuildRun.Type.ToString(),
            Resource = Resource.ToString(),
            Event = completed,
            Changes = BuildChanges.Of(build, after),
        };
        return append with
        {
            Writes = append.Writes.Add(new StreamWrite(StreamId.Build(stream), head, [entry])),
            Views = append.Views.AddRange(BuildDecisions.Project(stream, after)),
        };
    }

    /// <summary>INVARIANT: a build made for an earlier app of this name is not found.</summary>
    private async Task<BuildState?> FindBuildAsync(AppState state, string id, CancellationToken cancellationToken) =>
        Ids.IsBuild(id)
        && await Services.Store.Views.GetAsync(
            Org,
            ViewKinds.Build,
            $"{App.Rack.Rack}/{App.App}/{id}",
            cancellationToken
        )
            is { } row
        && ViewJson.Read<BuildState>(row) is var build
        && build.AppId == state.Id
            ? build
            : null;
}
