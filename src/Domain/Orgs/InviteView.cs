using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>An invite as lists show it; it stays when it is over.</summary>
public sealed record InviteView
{
    public const string Pending = "pending";
    public const string Accepted = "accepted";
    public const string Revoked = "revoked";

    public required string Id { get; init; }

    public required ImmutableArray<RoleGrant> Roles { get; init; }

    /// <summary>None for an open invite.</summary>
    public Sealed? Email { get; init; }

    public required string By { get; init; }

    /// <summary>When it was sent last.</summary>
    public required DateTimeOffset Sent { get; init; }

    public required DateTimeOffset Expires { get; init; }

    public required string Status { get; init; }

    /// <summary>Who accepted it.</summary>
    public string? UserId { get; init; }

    /// <summary>When it was accepted or revoked.</summary>
    public DateTimeOffset? Ended { get; init; }
}
