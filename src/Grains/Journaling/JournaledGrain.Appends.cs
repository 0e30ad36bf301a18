using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Journaling;

/// <summary>The one write of a command, and what was written meanwhile.</summary>
public abstract partial class JournaledGrain<TState, TEvent>
{
    private async Task<Result<AppendResult>> AppendAsync<TAnswer>(
        CommandScope scope,
        Decision<TEvent, TAnswer> decision,
        ReadGuard? policy,
        Idempotency? idempotency
    )
    {
        var (events, jobs, after) = (decision.Events, decision.Jobs, State);
        var views = ImmutableArray.CreateBuilder<ViewChange>();
        var entries = ImmutableArray.CreateBuilder<EntryDraft>(events.Length);
        foreach (var @event in events)
        {
            var before = after;
            after = Apply(before, @event);
            views.AddRange(Project(after, @event));
            jobs = jobs.AddRange(JobsOf(after, @event, scope.Caller));
            var entry = new EntryDraft
            {
                Caller = scope.Caller,
                Operation = scope.Operation.Name,
                ResourceType = scope.Operation.Type.ToString(),
                Resource = Resource.ToString(),
                Event = @event,
                Changes = ChangesOf(before, @event, after).And(entries.Count == 0 ? scope.Beside : ChangeSet.None),
                Details = decision.Details,
            };
            entries.Add(Attribute(entry, @event));
        }

        var written = entries.MoveToImmutable();
        var append = new Append
        {
            Org = Org,
            Writes = [new StreamWrite(Stream, _head, written), .. OperatorCopy(scope.Caller, written)],
            Guards = policy is null ? [] : [policy],
            Views = views.ToImmutable(),
            Jobs = jobs,
            Idempotency = idempotency,
            Fences = scope.Job is { } job ? [new JobFence(job.JobId, job.Attempt)] : [],
        };
        var committed = await CommitAsync(scope, scope.Amend?.Invoke(append) ?? append);
        if (committed is { Ok: true, Value: Appended appended })
        {
            State = after;
            _head = appended.Heads[0].Head;
            await SnapshotAsync();
        }

        return committed;
    }

    /// <summary>
    /// What an operator does with an organization is in its log, which operators don't see, and in the installation's
    /// (S04).
    /// </summary>
    private IEnumerable<StreamWrite> OperatorCopy(Caller caller, ImmutableArray<EntryDraft> entries)
    {
        if (caller.Principal.Kind != PrincipalKind.Operator || Org.Length == 0)
        {
            return [];
        }

        var copies = entries.Select(entry =>
            entry with
            {
                Event = null,
                Resource = entry.Resource.Length == 0 ? Org : entry.Resource,
                Details = entry.Details.SetItem("org", Org),
            }
        );
        return [new StreamWrite(StreamId.Installation(Services.Node.Id), null, [.. copies]) { Org = "" }];
    }

    /// <summary>
    /// With a deploy key's use in it. Uses of one key by many grains race for its stream only, which decides nothing of
    /// ours again.
    /// </summary>
    private async Task<Result<AppendResult>> CommitAsync(CommandScope scope, Append append)
    {
        for (var tries = 1; ; tries++)
        {
            var counted = await Services.Uses.CountAsync(append, scope, Resource);
            if (!counted.TryGet(out var whole, out var problem))
            {
                return Result.Fail<AppendResult>(problem);
            }

            // A client's cancellation never reaches a commit.
            var result = await Services.Store.Journal.AppendAsync(whole, CancellationToken.None);
            if (
                ReferenceEquals(whole, append)
                || tries == MaxUseTries
                || result is not HeadMoved moved
                || moved.Stream != whole.Writes[^1].Stream
            )
            {
                return result;
            }
        }
    }

    /// <summary>A command that changes nothing is still something that somebody did. What jobs repeat is not.</summary>
    private Task RecordNothingChangedAsync(
        CommandScope scope,
        ImmutableSortedDictionary<string, string> details,
        CancellationToken cancellationToken
    ) =>
        scope.Job is not null
            ? Task.CompletedTask
            : Services.Recorder.RecordAsync(
                scope.Caller,
                scope.Operation,
                Resource,
                Outcome.Ok with
                {
                    Details = details,
                },
                cancellationToken
            );

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await foreach (var entry in Services.Store.Journal.ReadAsync(Stream, _head, cancellationToken))
        {
            if (entry.Event is TEvent @event)
            {
                State = Apply(State, @event);
            }

            _head = entry.Seq;
        }
    }

    private async Task SnapshotAsync()
    {
        if (_head - _snapshotAt >= SnapshotEvery)
        {
            await Services.Store.Journal.SaveSnapshotAsync(
                Stream,
                new StoredSnapshot(_head, SnapshotVersion, SnapshotJson.Write(State))
            );
            _snapshotAt = _head;
        }
    }
}
