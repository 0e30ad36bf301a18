using System.Collections.Immutable;

namespace Palisade.Domain.Kernel;

/// <summary>
/// What a command leads to: events of its own stream, jobs, further facts for the record, and the answer. No events:
/// nothing changes.
/// </summary>
public sealed record Decision<TEvent, TAnswer>(TAnswer Answer)
    where TEvent : IDomainEvent
{
    public ImmutableArray<TEvent> Events { get; init; } = [];

    public ImmutableArray<JobDraft> Jobs { get; init; } = [];

    /// <summary>Names, ids and fingerprints for the record; never values of secrets.</summary>
    public ImmutableSortedDictionary<string, string> Details { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>What a pure decision may not fetch itself: the time, the caller and new ids.</summary>
public sealed record DecideContext(DateTimeOffset Now, Caller Caller, IIdSource Ids);
