using Palisade.Domain.Racks;
using Palisade.Racks;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Racks;

/// <summary>One rack as the list shows it.</summary>
public sealed record RackRow
{
    public required RackSight Sight { get; init; }

    /// <summary>Those that the reader may see.</summary>
    public int Apps { get; init; }

    /// <summary>Processes that run on it; null when not known or not the reader's to know.</summary>
    public int? Processes { get; init; }

    /// <summary>Null when the record of it was erased.</summary>
    public Registration? Registered { get; init; }

    public string Path => $"/o/{Rack.Org}/racks/{Rack.Name}";

    public RackState Rack => Sight.Rack;

    public RackHealth? Health => Sight.Health;

    public string? Node => Sight.Node;

    public AppCondition Condition => Sight.Condition;

    /// <inheritdoc cref="RackSight.Why"/>
    public string? Why => Sight.Why;
}
