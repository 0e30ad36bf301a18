using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Apps;

/// <summary>What is enqueued, what jobs ask and report, and one-off processes.</summary>
public sealed partial class AppGrain
{
    protected override ImmutableArray<JobDraft> JobsOf(AppState after, AppEvent @event, Caller caller) =>
        @event switch
        {
            AppCreated e => [Converge($"converge-{e.Id}-create", Operations.AppCreate, caller)],
            RolloutStarted { Rollout: var r } =>
            [
                Converge(ConvergeJob.IdOf(r.Id), OperationOf(r), caller) with
                {
                    Subject = r.Kind == RolloutKind.Promote ? r.Target.Release : null,
                },
            ],
            // A job of the rollout may be running and sees it, or may have died: this one makes sure.
            RolloutFailed e =>
            [
                Converge(
                    $"converge-{e.RolloutId}-revert",
                    Operations.AppConverge,
                    Callers.System(Org, caller.RequestId)
                ),
            ],
            // Only builds leave something behind, images and logs.
            ReleasesPruned { Builds.Length: > 0 } =>
            [
                PruneJob.Draft(App, Services.Ids.Hex(6), caller.RequestId, _capability),
            ],
            // A deletion can be denied and asked for again, so its job needs an id of its own each time.
            AppDeletionStarted =>
            [
                Converge(
                    $"converge-{after.Id}-delete-{Services.Ids.Hex(3)}",
                    caller.Principal.Kind == PrincipalKind.System ? Operations.AppConverge : Operations.AppDelete,
                    caller
                ),
            ],
            _ => [],
        };

    /// <summary>What goes because there is too much goes by a rule, and not by who made the newest.</summary>
    protected override EntryDraft Attribute(EntryDraft entry, AppEvent @event) =>
        @event is ReleasesPruned
            ? entry with
            {
                Caller = Callers.System(Org, entry.Caller.RequestId),
                Operation = Operations.AppPrune.Name,
                Details = ImmutableSortedDictionary<string, string>.Empty,
            }
            : entry;

    public Task<Result<Done>> ReportReadyAsync(
        Caller caller,
        JobToken job,
        CancellationToken cancellationToken = default
    ) => CommandAsync(new(caller, Operations.AppConverge, job), (s, _) => AppLifecycle.Ready(s), cancellationToken);

    public Task<Result<Done>> ReportDeletedAsync(
        Caller caller,
        JobToken job,
        CancellationToken cancellationToken = default
    ) => CommandAsync(new(caller, Operations.AppConverge, job), (s, _) => AppLifecycle.Deleted(s), cancellationToken);

    public Task<Result<Done>> ReportRolloutAsync(
        Caller caller,
        JobToken job,
        RolloutReport report,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.ReleaseConverge, job),
            (s, _) =>
                report switch
                {
                    RolloutReport.Succeeded r => AppRollouts.Succeeded(s, r.RolloutId),
                    RolloutReport.Failed r => AppRollouts.Failed(s, r.RolloutId, r.Code, r.Cause),
                    RolloutReport.Reverted r => AppRollouts.Reverted(s, r.RolloutId),
                    _ => throw new InvalidOperationException($"Unknown report {report.GetType().Name}."),
                },
            cancellationToken
        );

    public Task<Result<Done>> ReportDeniedAsync(
        Caller caller,
        JobToken job,
        string operation,
        string cause,
        CancellationToken cancellationToken = default
    ) =>
        CommandAsync(
            new(caller, Operations.AppConverge, job),
            (s, _) =>
                operation == Operations.AppCreate.Name ? AppLifecycle.CreationDenied(s)
                : operation == Operations.AppDelete.Name ? AppLifecycle.DeletionDenied(s, cause)
                : s.Rollout is { } rollout && job.JobId == ConvergeJob.IdOf(rollout.Id)
                    ? AppRollouts.Failed(s, rollout.Id, "rollout.denied", cause)
                : new Decision<AppEvent, Done>(default),
            cancellationToken
        );

    public async Task<Result<Done>> ReportDriftAsync(
        Caller caller,
        string reason,
        CancellationToken cancellationToken = default
    )
    {
        var allowed = await ReadAsync(caller, Operations.AppConverge, cancellationToken);
        if (!allowed.Ok || !State.Exists)
        {
            return allowed;
        }

        // One waiting job is enough: it looks at everything when it starts. One that runs is not: its last look may
        // have been before this.
        var waiting = await Services.Store.Jobs.ListAsync(
            new JobFilter(Org)
            {
                Stream = Stream.Value,
                Kind = ConvergeJob.Kind,
                Status = JobStatus.Queued,
                Limit = 1,
            },
            cancellationToken
        );
        if (!waiting.IsEmpty)
        {
            return Result.Done;
        }

        var entry = new EntryDraft
        {
            Caller = caller,
            Operation = Operations.AppConverge.Name,
            ResourceType = Operations.AppConverge.Type.ToString(),
            Resource = Resource.ToString(),
            Reason = Printable.Line(reason, 500),
        };
        var append = new Append
        {
            Org = Org,
            Writes = [new StreamWrite(StreamId.Records(Org, Services.Node.Id), null, [entry])],
            Jobs = [Converge($"converge-{State.Id}-{Services.Ids.Hex(6)}", Operations.AppConverge, caller)],
        };
        return await Services.Store.Journal.AppendAsync(append, CancellationToken.None) is Appended
            ? Result.Done
            : new Conflict("conflict.busy", "the job was not enqueued");
    }

    public async Task<Result<ConvergeGoal>> GoalAsync(CancellationToken cancellationToken = default)
    {
        await RefreshAsync(cancellationToken);
        if (!State.Exists)
        {
            return AppProblems.NotFound(App.App);
        }

        var desired = State.Desired;
        var mark = State.FindRelease(desired.Release);
        var current = State.FindRelease(State.Current.Release);
        return new ConvergeGoal
        {
            App = AppView.Of(App, State),
            Desired = desired,
            Build = mark?.Build ?? "",
            EnvironmentVersion = mark?.EnvironmentVersion ?? 0,
            CurrentBuild = current?.Build ?? "",
            CurrentEnvironmentVersion = current?.EnvironmentVersion ?? 0,
        };
    }

    private JobDraft Converge(string id, Operation operation, Caller caller) =>
        new()
        {
            Id = id,
            Kind = ConvergeJob.Kind,
            Org = Org,
            Stream = Stream.Value,
            Operation = operation.Name,
            Resource = Resource.ToString(),
            Caller = caller,
            Capability = _capability,
        };

    private static Operation OperationOf(Rollout rollout) =>
        rollout.Kind switch
        {
            RolloutKind.Promote when rollout.BackTo is not null => Operations.ReleaseRollback,
            RolloutKind.Promote => Operations.ReleasePromote,
            RolloutKind.Scale => Operations.ServiceScale,
            RolloutKind.Restart => Operations.ServiceRestart,
            _ => throw new InvalidOperationException($"Unknown rollout kind {rollout.Kind}."),
        };
}
