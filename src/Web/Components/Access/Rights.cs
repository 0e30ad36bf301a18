using System.Collections.Immutable;

namespace Palisade.Web.Components.Access;

/// <summary>What somebody may do, where.</summary>
/// <param name="Organization">Operations on the organization itself.</param>
public sealed record Rights(ImmutableArray<string> Organization, ImmutableArray<Reach> Racks)
{
    public static Rights None { get; } = new([], []);
}
