using System.Collections.Immutable;

namespace Palisade.Web.Components.Users;

/// <summary>An invite that waits.</summary>
/// <param name="Email">Null: it is open to whoever has its link.</param>
/// <param name="Holds">Role and racks in words.</param>
public sealed record InviteRow(
    string Id,
    string? Email,
    ImmutableArray<string> Holds,
    string By,
    DateTimeOffset Sent,
    DateTimeOffset Expires
);
