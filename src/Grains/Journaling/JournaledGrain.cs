using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Grains.Apps;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Journaling;

/// <summary>
/// A shell around pure decisions: authorize, decide, append events, record, views and jobs in one write, adopt the
/// state. Held state never changes before the write succeeded.
/// </summary>
public abstract partial class JournaledGrain<TState, TEvent>(GrainServices services) : Grain
    where TState : class
    where TEvent : class, IDomainEvent
{
    /// <summary>A lost race is decided again this often before the caller is told to repeat.</summary>
    private const int MaxRounds = 5;

    /// <summary>A use that lost its race is counted again this often.</summary>
    private const int MaxUseTries = 100;

    /// <summary>Events between two snapshots.</summary>
    private const int SnapshotEvery = 200;

    private readonly Replay _replay = new(services.Store.Journal, services.Time);
    private long _head;
    private long _snapshotAt;

    protected GrainServices Services { get; } = services;

    protected TState State { get; private set; } = default!;

    /// <summary>The seq that <see cref="State"/> is folded to: what a read guard on this stream names.</summary>
    protected long Head => _head;

    protected abstract TState Empty { get; }

    protected abstract StreamId Stream { get; }

    /// <summary>Organization of the stream; "" for the installation.</summary>
    protected abstract string Org { get; }

    /// <summary>What access is decided on.</summary>
    protected abstract Resource Resource { get; }

    /// <summary>Raised when the folded state's shape changes; older snapshots are then dropped.</summary>
    protected virtual int SnapshotVersion => 1;

    protected abstract TState Apply(TState state, TEvent @event);

    protected abstract ImmutableArray<ViewChange> Project(TState after, TEvent @event);

    /// <summary>What the event's record says that it changed.</summary>
    protected abstract ChangeSet ChangesOf(TState before, TEvent @event, TState after);

    /// <summary>Jobs that follow from an event; they are enqueued in the same append.</summary>
    protected virtual ImmutableArray<JobDraft> JobsOf(TState after, TEvent @event, Caller caller) => [];

    /// <summary>Changes who did what in an event's entry, where that is not the command's caller.</summary>
    protected virtual EntryDraft Attribute(EntryDraft entry, TEvent @event) => entry;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        State = Empty;
        if (
            await Services.Store.Journal.ReadSnapshotAsync(Stream, SnapshotVersion, cancellationToken) is { } snapshot
            && SnapshotJson.TryRead<TState>(snapshot.Body.Span, out var state)
        )
        {
            (State, _head, _snapshotAt) = (state, snapshot.Seq, snapshot.Seq);
        }

        await CatchUpAsync(cancellationToken);
    }

    /// <summary>Brings the state to the stream's head, as a read that begins now sees it.</summary>
    protected ValueTask RefreshAsync(CancellationToken cancellationToken) => RefreshAsync(null, cancellationToken);

    private async ValueTask RefreshAsync(ProvenHeads? proven, CancellationToken cancellationToken)
    {
        var proof =
            proven?.Of(Stream.Value) ?? (await Services.Store.Journal.HeadsAsync([Stream], cancellationToken))[0].Head;
        if (proof > _head)
        {
            await CatchUpAsync(cancellationToken);
        }
    }

    /// <summary>
    /// SECURITY: decided by this grain's own organization. A caller acts in one organization; whoever reaches the grain
    /// of another one acts in none here, whatever they hold at home. Such an attempt is in the installation's log.
    /// Decided by the policy as of now: not by what the request proved, which nothing would hold until an append.
    /// </summary>
    protected ValueTask<Result<Done>> AuthorizeAsync(
        Caller caller,
        Operation operation,
        CancellationToken cancellationToken
    ) => AuthorizeAsync(caller, operation, Resource, cancellationToken);

    /// <summary>The same on another resource of the grain's organization.</summary>
    protected ValueTask<Result<Done>> AuthorizeAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        return DecideAsync(caller with { Proven = null }, operation, resource, cancellationToken);
    }

    private ValueTask<Result<Done>> DecideAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        CancellationToken cancellationToken
    ) =>
        Services.Gate.AuthorizeAsync(
            caller.Org == Org || Org.Length == 0 ? caller : caller with { Org = null },
            operation,
            resource,
            cancellationToken
        );

    /// <summary>Authorizes a read and brings the state up to date.</summary>
    protected async ValueTask<Result<Done>> ReadAsync(
        Caller caller,
        Operation operation,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        var allowed = await DecideAsync(caller, operation, Resource, cancellationToken);
        if (allowed.Ok)
        {
            await RefreshAsync(caller.Proven?.At(Services.Time.GetUtcNow()), cancellationToken);
        }

        return allowed;
    }

    protected Task<Result<TAnswer>> CommandAsync<TAnswer>(
        CommandScope scope,
        Func<TState, DecideContext, Result<Decision<TEvent, TAnswer>>> decide,
        CancellationToken cancellationToken
    ) => CommandAsync(scope, (state, context) => ValueTask.FromResult(decide(state, context)), cancellationToken);

    /// <param name="decide">May seal and read other streams, again in each round; changes nothing itself.</param>
    protected async Task<Result<TAnswer>> CommandAsync<TAnswer>(
        CommandScope scope,
        Func<TState, DecideContext, ValueTask<Result<Decision<TEvent, TAnswer>>>> decide,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(decide);
        var proven = scope.Caller.Proven?.At(Services.Time.GetUtcNow());
        var policy = PolicyOf(scope, proven);
        if (scope.Authorize)
        {
            var allowed = policy is null
                ? await AuthorizeAsync(scope.Caller, scope.Operation, cancellationToken)
                : await DecideAsync(scope.Caller, scope.Operation, Resource, cancellationToken);
            if (!allowed.Ok)
            {
                return Result.Fail<TAnswer>(allowed.Problem);
            }
        }

        if (await _replay.FindAsync<TAnswer>(scope.Caller, scope.Operation, Stream, cancellationToken) is { } before)
        {
            return before;
        }

        // What follows from the command is no repetition of it, and what jobs read later is not counted or proven yet.
        var effects = scope with
        {
            Caller = scope.Caller with { Idempotency = null, Counted = null, Proven = null },
        };
        await RefreshAsync(proven, cancellationToken);
        for (var round = 0; round < MaxRounds; round++)
        {
            var decided = await decide(
                State,
                new DecideContext(Services.Time.GetUtcNow(), effects.Caller, Services.Ids)
            );
            if (!decided.TryGet(out var decision, out var problem))
            {
                return await FailAsync<TAnswer>(scope, problem, cancellationToken);
            }

            if (decision.Events.IsEmpty)
            {
                await RecordNothingChangedAsync(scope, decision.Details, cancellationToken);
                return decision.Answer;
            }

            var appended = await AppendAsync(
                effects,
                decision,
                policy,
                _replay.Of(scope.Caller, scope.Operation, Stream, decision.Answer)
            );
            if (!appended.TryGet(out var result, out problem))
            {
                return await FailAsync<TAnswer>(scope, problem, cancellationToken);
            }

            switch (result)
            {
                case Appended:
                    return decision.Answer;
                case HeadMoved moved when moved.Stream == policy?.Stream:
                    // SECURITY: what allowed it is not the policy any more. It is held to the next one as to this.
                    policy = policy with
                    {
                        Head = moved.Actual,
                    };
                    var allowed = await AuthorizeAsync(scope.Caller, scope.Operation, cancellationToken);
                    if (!allowed.Ok)
                    {
                        return Result.Fail<TAnswer>(allowed.Problem);
                    }

                    await CatchUpAsync(cancellationToken);
                    break;
                case HeadMoved moved when moved.Stream != Stream && scope.Taken is { } taken:
                    return await FailAsync<TAnswer>(scope, taken, cancellationToken);
                case LimitReached when scope.Full is { } full:
                    return await FailAsync<TAnswer>(scope, full, cancellationToken);
                case AlreadyDone done:
                    return Replay.Read<TAnswer>(done.Answer, scope.Caller.Idempotency!);
                case Fenced:
                    return new Conflict(JobToken.Stale, "a newer attempt of this job exists");
                default:
                    await CatchUpAsync(cancellationToken);
                    break;
            }
        }

        var busy = new Conflict("conflict.busy", "this is being changed by others at the same moment")
        {
            Suggestion = "try again",
        };
        return await FailAsync<TAnswer>(scope, busy, cancellationToken);
    }

    /// <summary>
    /// The version of the policy that the request proved, where an append can be held to it. A deploy key has a policy
    /// of its own, and the organization's own stream is the policy.
    /// </summary>
    private ReadGuard? PolicyOf(CommandScope scope, ProvenHeads? proven) =>
        scope.Authorize
        && scope.Caller.Org == Org
        && scope.Caller.Principal.Kind != PrincipalKind.DeployKey
        && StreamId.Org(Org) is var policy
        && policy != Stream
        && proven?.Of(policy.Value) is { } version
            ? new ReadGuard(policy, version) { IsMomentary = true }
            : null;

    private async Task<Result<TAnswer>> FailAsync<TAnswer>(
        CommandScope scope,
        Problem problem,
        CancellationToken cancellationToken
    )
    {
        await Services.Recorder.RecordAsync(
            scope.Caller,
            scope.Operation,
            Resource,
            Outcome.Failed(problem),
            cancellationToken
        );
        return Result.Fail<TAnswer>(problem);
    }

    /// <summary>
    /// For a command that is no event of the stream, as issuing a credential: what it answered the first time it was
    /// sent.
    /// </summary>
    protected ValueTask<Result<TAnswer>?> DoneBeforeAsync<TAnswer>(
        Caller caller,
        Operation operation,
        CancellationToken cancellationToken
    ) => _replay.FindAsync<TAnswer>(caller, operation, Stream, cancellationToken);

    /// <summary>The same, when the append lost against its own repetition.</summary>
    protected static Result<TAnswer> AnswerOf<TAnswer>(AlreadyDone done, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(done);
        ArgumentNullException.ThrowIfNull(caller);
        return Replay.Read<TAnswer>(done.Answer, caller.Idempotency!);
    }

    /// <summary>What its append is to carry.</summary>
    protected Idempotency? IdempotencyOf<TAnswer>(Caller caller, Operation operation, TAnswer answer) =>
        _replay.Of(caller, operation, Stream, answer);
}
