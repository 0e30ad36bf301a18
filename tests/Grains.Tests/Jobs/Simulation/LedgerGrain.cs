using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Jobs.Simulation;

internal sealed record LedgerState(ImmutableSortedDictionary<string, bool> Ended)
{
    public static LedgerState Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, bool>(StringComparer.Ordinal));
}

/// <summary>The shell of production around a small domain: a ledger on a node, among others on other nodes.</summary>
internal sealed class LedgerGrain(GrainServices services, string org, string name, string host)
    : JournaledGrain<LedgerState, LedgerEvent>(services)
{
    public static StreamId StreamOf(string org, string name) => new($"ledger/{org}/{name}");

    protected override LedgerState Empty => LedgerState.Empty;

    protected override StreamId Stream => StreamOf(org, name);

    protected override string Org => org;

    protected override Resource Resource => default;

    /// <summary>The item's number; the same again when it is sent again.</summary>
    public Task<Result<int>> PlaceAsync(string item, IdempotencyKey key) =>
        CommandAsync(
            new(Callers.System(org, "000000000000") with { Idempotency = key }, Operations.JobRun),
            (state, context) =>
                Result.Of(
                    new Decision<LedgerEvent, int>(state.Ended.Count + 1)
                    {
                        Events = [new ItemPlaced(item, state.Ended.Count + 1)],
                        Jobs = [JobOf(item, context)],
                    }
                ),
            default
        );

    public Task<Result<Done>> CancelAsync(string item) =>
        CommandAsync(
            new(Callers.System(org, "000000000000"), Operations.JobRun)
            {
                Amend = append => append with { CancelJobs = [IdOf(item)] },
            },
            (state, _) => Result.Of(Decide(!state.Ended[item], new ItemCancelled(item))),
            default
        );

    /// <summary>Reported by the item's job; once settled, it stays.</summary>
    public Task<Result<Done>> EndAsync(ItemEnded end) =>
        CommandAsync(
            new(Callers.System(org, "000000000000"), Operations.JobRun, new JobToken(end.Job, end.Attempt))
            {
                Authorize = false,
            },
            (state, _) => Result.Of(Decide(!state.Ended[end.Item], end)),
            default
        );

    public async Task<ImmutableSortedDictionary<string, bool>> ItemsAsync()
    {
        await RefreshAsync(default);
        return State.Ended;
    }

    protected override LedgerState Apply(LedgerState state, LedgerEvent @event) =>
        @event switch
        {
            ItemPlaced placed => new(state.Ended.SetItem(placed.Item, state.Ended.GetValueOrDefault(placed.Item))),
            ItemEnded ended => new(state.Ended.SetItem(ended.Item, true)),
            _ => state,
        };

    protected override ImmutableArray<ViewChange> Project(LedgerState after, LedgerEvent @event) => [];

    protected override ChangeSet ChangesOf(LedgerState before, LedgerEvent @event, LedgerState after) => ChangeSet.None;

    private string IdOf(string item) => $"{org}.{name}.{item}";

    private static Decision<LedgerEvent, Done> Decide(bool open, LedgerEvent @event) =>
        new(default) { Events = open ? [@event] : [] };

    /// <summary>Some are bound to a machine, some go one after the other.</summary>
    private JobDraft JobOf(string item, DecideContext context) =>
        new()
        {
            Id = IdOf(item),
            Kind = LedgerJob.Name,
            Org = org,
            Stream = item.EndsWith('1') ? Stream.Value : $"{Stream}/{item}",
            Operation = Operations.JobRun.Name,
            Resource = "",
            Caller = context.Caller with { Idempotency = null },
            Payload = $"{name} {item}",
            Capability = item.EndsWith('2') ? $"host:{host}" : null,
        };
}
