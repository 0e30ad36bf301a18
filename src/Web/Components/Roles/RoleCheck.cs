using System.Collections.Immutable;

namespace Palisade.Web.Components.Roles;

/// <summary>Whether a role could be saved as it is written now.</summary>
/// <param name="Refusal">Why not; null: it could.</param>
/// <param name="Lines">
/// What is wrong with lines, from 0: of what is not well-formed, and of what gives what the writer does not hold.
/// </param>
/// <param name="IsEscalation">The refusal is about what the writer may not give.</param>
public sealed record RoleCheck(string? Refusal, ImmutableArray<(int Line, string Why)> Lines, bool IsEscalation = false)
{
    public static RoleCheck Good { get; } = new(null, []);
}
