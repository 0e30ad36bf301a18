using Palisade.Domain.Racks;

namespace Palisade.Web.Components.Apps;

/// <summary>A rack with what the reader may do on it.</summary>
/// <param name="Rack">The rack.</param>
/// <param name="Missing">What deploying the sample there needs and the reader lacks, for a person; null when nothing is
/// missing.</param>
public sealed record RackGroup(RackState Rack, string? Missing)
{
    public bool IsProduction => Rack.Environment == "production";
}
