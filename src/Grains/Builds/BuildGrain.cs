using System.Collections.Immutable;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Apps;
using Palisade.Grains.Journaling;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Builds;

/// <inheritdoc cref="IBuildGrain"/>
public sealed class BuildGrain(GrainServices services) : JournaledGrain<BuildState, BuildEvent>(services), IBuildGrain
{
    /// <summary>S08: builds of one organization at once, queued ones included.</summary>
    public const int MaxWaiting = 20;

    private BuildRef? _build;
    private string? _capability;
    private string _appId = "";

    private BuildRef Build => _build ??= BuildRef.Parse(this.GetPrimaryKeyString());

    protected override BuildState Empty => new();

    protected override StreamId Stream => StreamId.Build(Build);

    protected override string Org => Build.App.Org;

    protected override Resource Resource => Resource.Of(Build.App);

    protected override BuildState Apply(BuildState state, BuildEvent @event) => BuildDecisions.Apply(state, @event);

    protected override ImmutableArray<ViewChange> Project(BuildState after, BuildEvent @event) => BuildDecisions.Project(Build, after);

    protected override ImmutableArray<JobDraft> JobsOf(BuildState after, BuildEvent @event, Caller caller) => @event is not BuildStarted ? [] :
    [
        new JobDraft
        {
            Id = $"build-{Build.Id}",
            Kind = BuildJob.Kind,
            Org = Org,
            Stream = Stream.Value,
            Operation = Operations.BuildCreate.Name,
            Resource = Resource.ToString(),
            Caller = caller,
            Capability = _capability,
        },
    ];

    public async Task<Result<BuildState>> StartAsync(Caller caller, StartBuild command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var args = command.BuildArgs is null ? null : await Services.Store.Sealer.SealAsync(
            $"app/{Build.App}", Encoding.UTF8.GetBytes(command.BuildArgs.Reveal()), BuildArguments.Context(Build.Id), cancellationToken);
        var done = await CommandAsync<Done>(
            new(caller, Operations.BuildCreate),
            async (state, context) => await RefusalAsync(command, cancellationToken) is { } refusal ? refusal
                : state.Exists ? new Conflict("build.exists", $"build {Build.Id} already exists")
                : new Decision<BuildEvent, Done>(default)
                {
                    Events =
                    [
                        new BuildStarted
                        {
                            Id = Build.Id,
                            App = Build.App.App,
                            AppId = _appId,
                            Description = Cut(command.Description),
                            GitSha = Cut(command.GitSha),
                            ManifestFile = command.ManifestFile,
                            Source = command.Source,
                            NoCache = command.NoCache,
                            BuildArgs = args,
                            At = context.Now,
                            By = caller.Principal,
                        },
                    ],
                },
            cancellationToken);
        return done.Map(_ => State);
    }

    public async Task<Result<BuildState>> GetAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        var allowed = await ReadAsync(caller, Operations.BuildGet, cancellationToken);
        return !allowed.Ok ? Result.Fail<BuildState>(allowed.Problem)
            : State.Exists ? State
            : new NotFound("build.not_found", $"no such build: {Printable.Of(Build.Id)}");
    }

    public Task<Result<Done>> ReportImagesAsync(
        Caller caller, JobToken job, ImmutableSortedDictionary<string, string> images, string manifest, string entrypoint,
        CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.BuildRun, job), (s, _) => BuildDecisions.ImagesReady(s, images, manifest, entrypoint), cancellationToken);

    public Task<Result<Done>> ReportCompletedAsync(Caller caller, JobToken job, string release, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.BuildRun, job), (s, c) => BuildDecisions.Completed(s, release, c.Now), cancellationToken);

    public Task<Result<Done>> ReportFailedAsync(Caller caller, JobToken job, string reason, CancellationToken cancellationToken = default) =>
        CommandAsync(new(caller, Operations.BuildRun, job), (s, c) => BuildDecisions.Failed(s, reason, c.Now), cancellationToken);

    private async Task<Problem?> RefusalAsync(StartBuild command, CancellationToken cancellationToken)
    {
        var app = Build.App;
        var row = await Services.Store.Views.GetAsync(Org, ViewKinds.App, $"{app.Rack.Rack}/{app.App}", cancellationToken);
        if (row is null)
        {
            return AppProblems.NotFound(app.App);
        }

        var view = ViewJson.Read<AppView>(row);
        _appId = view.Id;
        if (view.Status == AppStatus.Deleting)
        {
            return AppProblems.Deleting(app.App);
        }

        if (await Services.Store.Objects.FindAsync(Org, command.Source, cancellationToken) is null)
        {
            return new NotFound("build.source_not_found", "the source archive was not found") { Suggestion = "upload it again" };
        }

        var rack = await Services.Store.Views.GetAsync(Org, ViewKinds.Rack, app.Rack.Rack, cancellationToken);
        _capability = rack is null ? null : ViewJson.Read<RackState>(rack).Capability;
        var open = await Services.Store.Jobs.ListAsync(new JobFilter(Org) { Kind = BuildJob.Kind, Limit = 200 }, cancellationToken);
        return open.Count(j => j.Status is JobStatus.Queued or JobStatus.Running) >= MaxWaiting
            ? new Exhausted("build.limit", $"{MaxWaiting} builds of this organization are waiting already") { Suggestion = "try again when one is done" }
            : null;
    }

    private static string Cut(string text) => text.Length > 1000 ? text[..1000] : text;
}
