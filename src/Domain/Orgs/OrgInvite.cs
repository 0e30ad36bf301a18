using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>An invite that can still be accepted: what it gives, to whom, and who answers for it.</summary>
[GenerateSerializer, Immutable, Alias("palisade.org.invite")]
public sealed record OrgInvite
{
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Public id of the token that is good; those sent before it are not.</summary>
    [Id(1)]
    public required string TicketId { get; init; }

    [Id(2)]
    public required ImmutableArray<RoleGrant> Roles { get; init; }

    /// <summary>Keyed hash of the address that it is for; none for whoever holds the token.</summary>
    [Id(3)]
    public string? EmailHash { get; init; }

    /// <summary>The same address for lists, sealed under a key of the invite's own.</summary>
    [Id(4)]
    public Sealed? Email { get; init; }

    /// <summary>
    /// User id of who sent it last. It gives no more than they could give at the moment of its acceptance.
    /// </summary>
    [Id(5)]
    public required string By { get; init; }

    /// <summary>When its token was made.</summary>
    [Id(6)]
    public required DateTimeOffset Sent { get; init; }

    [Id(7)]
    public required DateTimeOffset Expires { get; init; }

    public bool Equals(OrgInvite? other) =>
        other is not null
        && Id == other.Id
        && TicketId == other.TicketId
        && EmailHash == other.EmailHash
        && Email == other.Email
        && By == other.By
        && Sent == other.Sent
        && Expires == other.Expires
        && Roles.SequenceEqual(other.Roles);

    public override int GetHashCode() => HashCode.Combine(Id, TicketId, By, Expires);
}
