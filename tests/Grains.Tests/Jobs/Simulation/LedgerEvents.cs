using Palisade.Domain.Kernel;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>What happens in the ledgers of the simulation: items are placed, and a job settles each of them.</summary>
internal abstract record LedgerEvent : IDomainEvent;

/// <param name="Number">The first item is number 1, the next one 2.</param>
[Event("simulation.placed")]
internal sealed record ItemPlaced(string Item, int Number) : LedgerEvent;

[Event("simulation.cancelled")]
internal sealed record ItemCancelled(string Item) : LedgerEvent;

/// <summary>The last word about an item, by an attempt of its job.</summary>
internal abstract record ItemEnded(string Item, string Job, int Attempt) : LedgerEvent;

[Event("simulation.settled")]
internal sealed record ItemSettled(string Item, string Job, int Attempt) : ItemEnded(Item, Job, Attempt);

[Event("simulation.given-up")]
internal sealed record ItemGivenUp(string Item, string Job, int Attempt) : ItemEnded(Item, Job, Attempt);
