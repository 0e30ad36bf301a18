using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Grains.Journaling;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Jobs;

/// <inheritdoc cref="IJobGrain"/>
public sealed class JobGrain(GrainServices services) : Grain, IJobGrain
{
    private readonly Replay _replay = new(services.Store.Journal, services.Time);

    private string Org => this.GetPrimaryKeyString().Split('/', 2)[0];

    private string Id => this.GetPrimaryKeyString().Split('/', 2)[1];

    public async Task<Result<Done>> RetryAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var job = await services.Store.Jobs.GetAsync(Id, cancellationToken);

        // SECURITY (S01): a job of another organization is none, and is decided as one that never was. Who acts in
        // another organization acts in none here.
        var row = job is not null && job.Job.Org == Org ? job : null;
        var on = row is not null && Resource.TryParse(row.Job.Resource, out var named) ? named : Resource.Org;
        var allowed = await services.Gate.AuthorizeAsync(
            caller.Org == Org ? caller : caller with { Org = null },
            Operations.JobRetry,
            on,
            cancellationToken
        );
        if (!allowed.Ok)
        {
            return allowed;
        }

        // Of no node: what is sent again may come to another one.
        var policy = StreamId.Org(Org);
        if (await _replay.FindAsync<Done>(caller, Operations.JobRetry, policy, cancellationToken) is { } before)
        {
            return before;
        }

        if (ProblemOf(row) is { } problem)
        {
            return await FailAsync(caller, on, problem);
        }

        var append = AppendOf(caller, row!, on) with
        {
            Idempotency = _replay.Of(caller, Operations.JobRetry, policy, default(Done)),
        };
        return await services.Store.Journal.AppendAsync(append, CancellationToken.None) switch
        {
            Appended => Result.Done,
            AlreadyDone done => Replay.Read<Done>(done.Answer, caller.Idempotency!),
            // Somebody was quicker.
            Fenced => await FailAsync(caller, on, JobProblems.NotDead),
            _ => new Conflict("conflict.busy", "the job was not started again") { Suggestion = "try again" },
        };
    }

    private static Problem? ProblemOf(JobRow? row) =>
        row switch
        {
            null => JobProblems.NotFound,
            { Status: not JobStatus.Dead } => JobProblems.NotDead,
            // Giving it up failed the build for good, and whoever waited for it was told so.
            { Job.Kind: BuildJob.Kind } => JobProblems.BuildOver,
            _ => null,
        };

    private async Task<Result<Done>> FailAsync(Caller caller, Resource on, Problem problem)
    {
        await services.Recorder.RecordAsync(
            caller,
            Operations.JobRetry,
            on,
            Outcome.Failed(problem),
            CancellationToken.None
        );
        return problem;
    }

    private Append AppendOf(Caller caller, JobRow row, Resource on)
    {
        var entry = new EntryDraft
        {
            Caller = caller,
            Operation = Operations.JobRetry.Name,
            ResourceType = Operations.JobRetry.Type.ToString(),
            Resource = on.ToString(),
            Changes = ChangeSet.Of("status", $"{row.Status}", $"{JobStatus.Queued}"),
            Details = ImmutableSortedDictionary<string, string>.Empty.Add("job", row.Job.Id),
        };
        return new()
        {
            Org = Org,
            Writes = [new StreamWrite(StreamId.Records(Org, services.Node.Id), null, [entry])],
            RetryJobs = [row.Job.Id],
        };
    }
}
