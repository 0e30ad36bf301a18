using Palisade.Domain.Racks;
using Palisade.Web.Components.Racks;

namespace Palisade.Web.Components.Apps;

/// <summary>A rack with what the reader may do on it.</summary>
/// <param name="Sight">The rack as it was seen.</param>
/// <param name="Missing">What deploying the sample there needs and the reader lacks, for a person; null when nothing is
/// missing.</param>
public sealed record RackGroup(RackSight Sight, MissingRight? Missing)
{
    public RackState Rack => Sight.Rack;
}
