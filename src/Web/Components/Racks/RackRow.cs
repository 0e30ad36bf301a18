using Palisade.Domain.Racks;
using Palisade.Racks;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Racks;

/// <summary>One rack as the list shows it.</summary>
public sealed record RackRow
{
    public required RackState Rack { get; init; }

    /// <summary>As last seen; null when its machine is another node's.</summary>
    public RackHealth? Health { get; init; }

    /// <summary>The machine that it is on; null: no node has it at the moment.</summary>
    public string? Node { get; init; }

    /// <summary>Those that the reader may see.</summary>
    public int Apps { get; init; }

    /// <summary>Processes that run on it; null when not known or not the reader's to know.</summary>
    public int? Processes { get; init; }

    /// <summary>Null when the record of it was erased.</summary>
    public Registration? Registered { get; init; }

    public string Path => $"/o/{Rack.Org}/racks/{Rack.Name}";

    public AppCondition Condition =>
        (Health, Node) switch
        {
            (null, null) => new(Tone.Bad, "Unreachable"),
            (null, _) => new(Tone.None, "On another node"),
            ({ LookedAt: null, Healthy: false }, _) => new(Tone.Busy, "Starting"),
            ({ Healthy: false }, _) => new(Tone.Bad, "Not ready"),
            _ when Rack.Status == "updating" => new(Tone.Busy, $"Updating to {Rack.Version}"),
            _ => new(Tone.Good, "Ready"),
        };

    /// <summary>Why it is not ready, for a person; null: it is.</summary>
    public string? Why =>
        Health is { Healthy: false, LookedAt: not null } health ? health.Problem
        : Health is null && Node is null ? "no node has its machine at the moment: it has stopped or is cut off"
        : null;
}
