using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Builds;

using BuildDecision = Decision<BuildEvent, Done>;

/// <summary>Folds and decisions of one build.</summary>
public static class BuildDecisions
{
    public static BuildState Apply(BuildState state, BuildEvent @event) =>
        @event switch
        {
            BuildStarted e => new BuildState
            {
                Id = e.Id,
                App = e.App,
                AppId = e.AppId,
                Status = BuildStatus.Running,
                Description = e.Description,
                GitSha = e.GitSha,
                ManifestFile = e.ManifestFile,
                Source = e.Source,
                NoCache = e.NoCache,
                BuildArgs = e.BuildArgs,
                Imported = e.Imported,
                Started = e.At,
                By = e.By,
            },
            BuildImagesReady e => state with { Images = e.Images, Manifest = e.Manifest, Entrypoint = e.Entrypoint },
            BuildCompleted e => state with
            {
                Status = BuildStatus.Complete,
                Release = e.Release,
                Ended = e.At,
                BuildArgs = null,
            },
            BuildFailed e => state with
            {
                Status = BuildStatus.Failed,
                Reason = e.Reason,
                Ended = e.At,
                BuildArgs = null,
                Orphaned = e.Orphaned,
            },
            BuildPruned => state with
            {
                Pruned = true,
                Images = ImmutableSortedDictionary<string, string>.Empty,
                Manifest = "",
            },
            _ => state,
        };

    public static Result<BuildDecision> ImagesReady(
        BuildState state,
        ImmutableSortedDictionary<string, string> images,
        string manifest,
        string entrypoint
    ) => Report(state, state.Images.Count == 0, new BuildImagesReady(images, manifest, entrypoint));

    public static Result<BuildDecision> Completed(BuildState state, string release, DateTimeOffset at) =>
        Report(state, true, new BuildCompleted(release, at));

    /// <summary>Bound of a stored reason, in UTF-16 units.</summary>
    public const int MaxReason = 2000;

    public static Result<BuildDecision> Failed(BuildState state, string reason, bool orphaned, DateTimeOffset at) =>
        Report(state, true, new BuildFailed(Printable.Line(reason, MaxReason, kept: true), at) { Orphaned = orphaned });

    /// <summary>Problems: <c>build.not_found</c>, <c>build.over</c>.</summary>
    public static Result<BuildDecision> Cancel(BuildState state, string id, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return !state.Exists ? BuildProblems.NotFound(id)
            : state.Pruned ? BuildProblems.Pruned(id)
            : state.Status != BuildStatus.Running ? BuildProblems.Over(state)
            : Failed(state, $"cancelled by {context.Caller.Principal.Id}", orphaned: false, context.Now);
    }

    /// <summary>One that runs stays; one that is gone already changes nothing.</summary>
    public static Result<BuildDecision> Prune(BuildState state, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new BuildDecision(default)
        {
            Events =
                state is { Exists: true, Pruned: false } && state.Status != BuildStatus.Running
                    ? [new BuildPruned(at)]
                    : [],
        };
    }

    public static ImmutableArray<ViewChange> Project(BuildRef build, BuildState after) =>
        [
            new ViewChange(
                build.App.Org,
                ViewKinds.Build,
                $"{build.App.Rack.Rack}/{build.App.App}/{build.Id}",
                after.Orphaned || after.Pruned ? null : ViewJson.Write(after)
            )
            {
                Sort = ViewJson.Sortable(after.Started),
            },
        ];

    /// <summary>A report about a build that is over, or that was made before, changes nothing.</summary>
    private static Result<BuildDecision> Report(BuildState state, bool needed, BuildEvent @event) =>
        new BuildDecision(default) { Events = state.Status == BuildStatus.Running && needed ? [@event] : [] };
}
