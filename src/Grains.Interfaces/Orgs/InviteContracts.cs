using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;

namespace Palisade.Grains.Orgs;

/// <param name="Email">Who it is for; null makes it open: whoever has the link may join.</param>
[GenerateSerializer, Immutable, Alias("palisade.send-invite")]
public sealed record SendInvite(
    [property: Id(0)] string? Email,
    [property: Id(1)] ImmutableArray<RoleGrant> Roles,
    [property: Id(2)] TimeSpan Lifetime
);

/// <param name="Token">Shown once.</param>
[GenerateSerializer, Immutable, Alias("palisade.issued-invite")]
public sealed record IssuedInvite(
    [property: Id(0)] string Id,
    [property: Id(1)] Sensitive<string> Token,
    [property: Id(2)] DateTimeOffset Expires
);

/// <summary>What an invite offers, as its holder sees it before accepting.</summary>
[GenerateSerializer, Immutable, Alias("palisade.invite-offer")]
public sealed record InviteOffer
{
    [Id(0)]
    public required string Organization { get; init; }

    /// <summary>Name of who sent it.</summary>
    [Id(1)]
    public required string By { get; init; }

    /// <summary>
    /// The address that it is for, all but its first letter and domain hidden; null for whoever holds it.
    /// </summary>
    [Id(2)]
    public string? For { get; init; }

    [Id(3)]
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Name of each role and where it is held: <c>DeveloperV2</c>, <c>staging</c>.</summary>
    [Id(4)]
    public required ImmutableArray<OfferedRole> Roles { get; init; }

    [Id(5)]
    public required RolePreview Preview { get; init; }
}

/// <param name="Racks">Names, a pattern between slashes, or <c>all</c>.</param>
[GenerateSerializer, Immutable, Alias("palisade.offered-role")]
public sealed record OfferedRole([property: Id(0)] string Role, [property: Id(1)] string Racks);

/// <summary>An account that an invite makes: checked, hashed and sealed by <c>Invitations</c>.</summary>
[GenerateSerializer, Immutable, Alias("palisade.invited-account")]
public sealed record InvitedAccount
{
    [Id(0)]
    public required string UserId { get; init; }

    [Id(1)]
    public required string Name { get; init; }

    [Id(2)]
    public required Sealed SealedName { get; init; }

    [Id(3)]
    public required Sealed Email { get; init; }

    [Id(4)]
    public required string EmailHash { get; init; }

    [Id(5)]
    public required PasswordHash Password { get; init; }
}
