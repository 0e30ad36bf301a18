using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Apps;
using Palisade.Grains.Journaling;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Builds;

/// <inheritdoc cref="IBuildGrain"/>
public sealed partial class BuildGrain(GrainServices services)
    : JournaledGrain<BuildState, BuildEvent>(services),
        IBuildGrain
{
    /// <summary>
    /// S08: builds of one organization that run or wait; <see cref="BuildJob.MaxAtOnce"/> of them run.
    /// </summary>
    public const int MaxWaiting = 20;

    private BuildRef? _build;
    private string? _capability;

    private BuildRef Build => _build ??= BuildRef.Parse(this.GetPrimaryKeyString());

    private string JobId => $"build-{Build.Id}";

    protected override BuildState Empty => new();

    protected override StreamId Stream => StreamId.Build(Build);

    protected override string Org => Build.App.Org;

    protected override Resource Resource => Resource.Of(Build.App);

    protected override BuildState Apply(BuildState state, BuildEvent @event) => BuildDecisions.Apply(state, @event);

    protected override ChangeSet ChangesOf(BuildState before, BuildEvent @event, BuildState after) =>
        BuildChanges.Of(before, after);

    protected override ImmutableArray<ViewChange> Project(BuildState after, BuildEvent @event) =>
        BuildDecisions.Project(Build, after);

    protected override ImmutableArray<JobDraft> JobsOf(BuildState after, BuildEvent @event, Caller caller) =>
        @event switch
        {
            BuildStarted e =>
            [
                new JobDraft
                {
                    Id = JobId,
                    Kind = BuildJob.Kind,
                    Org = Org,
                    Stream = Stream.Value,
                    Operation = BuildJob.OperationOf(e.Imported).Name,
                    Resource = Resource.ToString(),
                    Subject = Build.Id,
                    Caller = caller,
                    Capability = _capability,
                },
            ],
            // Of failed ones some are kept; the complete ones go with their releases.
            BuildFailed { Orphaned: false } => [PruneJob.Draft(Build.App, Build.Id, caller.RequestId, _capability)],
            _ => [],
        };

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        await FindRackAsync(cancellationToken);
    }

    public async Task<Result<BuildState>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        var allowed = await ReadAsync(caller, Operations.BuildGet, cancellationToken);
        return !allowed.Ok ? Result.Fail<BuildState>(allowed.Problem)
            : State.Pruned ? BuildProblems.Pruned(Build.Id)
            : State.Exists ? State
            : BuildProblems.NotFound(Build.Id);
    }

    public Task<Result<Done>> CancelAsync(Caller caller, CancellationToken cancellationToken = default) =>
        CommandAsync(
            // In one append: a build that is recorded as cancelled has a job that is told, whatever ends in between.
            new(caller, Operations.BuildCancel) { Amend = append => append with { CancelJobs = [JobId] } },
            (s, context) => BuildDecisions.Cancel(s, Build.Id, context),
            cancellationToken
        );

    public Task<Result<Done>> ReportImagesAsync(
        Caller caller,
        JobToken job,
        ImmutableSortedDictionary<string, string> images,
        string manifest,
        string entrypoint,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.BuildRun, job),
            (s, _) => BuildDecisions.ImagesReady(s, images, manifest, entrypoint),
            cancellationToken
        );

    public async Task<Result<BuildState>> ReportCompletedAsync(
        Caller caller,
        JobToken job,
        string release,
        CancellationToken cancellationToken = default
    )
    {
        var done = await CommandAsync(
            new(caller, Operations.BuildRun, job),
            (s, c) => BuildDecisions.Completed(s, release, c.Now),
            cancellationToken
        );
        return done.Map(_ => State);
    }

    public async Task<Result<BuildState>> ReportFailedAsync(
        Caller caller,
        JobToken job,
        string reason,
        CancellationToken cancellationToken = default
    )
    {
        var done = await CommandAsync<Done>(
            new(caller, Operations.BuildRun, job),
            async (s, c) => BuildDecisions.Failed(s, reason, (await AppAsync(cancellationToken))?.Id != s.AppId, c.Now),
            cancellationToken
        );
        return done.Map(_ => State);
    }

    public Task<Result<Done>> ReportPrunedAsync(
        Caller caller,
        JobToken job,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.AppPrune, job),
            (s, c) => BuildDecisions.Prune(s, c.Now),
            cancellationToken
        );

    private async Task<RackState?> FindRackAsync(CancellationToken cancellationToken)
    {
        var row = await Services.Store.Views.GetAsync(Org, ViewKinds.Rack, Build.App.Rack.Rack, cancellationToken);
        var rack = row is null ? null : ViewJson.Read<RackState>(row);
        _capability = rack?.Capability;
        return rack;
    }

    private async Task<AppView?> AppAsync(CancellationToken cancellationToken) =>
        await Services.Store.Views.GetAsync(
            Org,
            ViewKinds.App,
            $"{Build.App.Rack.Rack}/{Build.App.App}",
            cancellationToken
        )
            is { } row
            ? ViewJson.Read<AppView>(row)
            : null;
}
