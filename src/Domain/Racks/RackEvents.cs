using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Racks;

/// <summary>Facts about one rack.</summary>
public abstract record RackEvent : IDomainEvent;

[Event("rack.registered")]
public sealed record RackRegistered : RackEvent
{
    public required string Id { get; init; }
    public required string Org { get; init; }
    public required string Name { get; init; }
    public required string Provider { get; init; }
    public required string Environment { get; init; }
    public required string Version { get; init; }
    public string? Capability { get; init; }
}

[Event("rack.parameters_set")]
public sealed record RackParametersSet(ImmutableSortedDictionary<string, string> Changed) : RackEvent;

[Event("rack.environment_set")]
public sealed record RackEnvironmentSet(string Environment) : RackEvent;

[Event("rack.update_started")]
public sealed record RackUpdateStarted(string Requested, string Version) : RackEvent;

[Event("rack.updated")]
public sealed record RackUpdated : RackEvent;
