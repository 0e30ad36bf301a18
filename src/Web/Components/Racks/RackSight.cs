using Palisade.Domain.Racks;
using Palisade.Racks;
using Palisade.Web.Components.Apps;

namespace Palisade.Web.Components.Racks;

/// <summary>A rack as it was seen, not as it is recorded.</summary>
/// <param name="Rack">The rack.</param>
/// <param name="Node">The machine that it is on; null: no node has it at the moment.</param>
/// <param name="Health">As last seen; null when its machine is another node's.</param>
public sealed record RackSight(RackState Rack, string? Node, RackHealth? Health)
{
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
