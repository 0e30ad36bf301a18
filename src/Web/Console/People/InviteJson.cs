using System.Collections.Immutable;

namespace Palisade.Web.Console.People;

/// <param name="Email">Who it is for; null with <paramref name="Open"/> true: whoever has the link.</param>
/// <param name="Days">Life: 1 to 30, 7 by default.</param>
public sealed record NewInviteJson(
    ImmutableArray<GrantJson> Roles,
    string? Email = null,
    bool Open = false,
    int? Days = null
);

public sealed record ResendInviteJson(int? Days = null);

/// <param name="Link">Shown once. The token is in its fragment, which browsers send to nobody.</param>
public sealed record IssuedInviteJson(string Id, string Link, DateTimeOffset Expires);

/// <param name="Status"><c>pending</c>, <c>accepted</c>, <c>revoked</c> or <c>expired</c>.</param>
public sealed record InviteJson(
    string Id,
    ImmutableArray<GrantJson> Roles,
    string By,
    DateTimeOffset Sent,
    DateTimeOffset Expires,
    string Status,
    string? Email = null,
    string? UserId = null,
    DateTimeOffset? Ended = null
);

public sealed record PreviewJson(ImmutableArray<string> Organization, ImmutableArray<RackPreviewJson> Racks);

public sealed record RackPreviewJson(
    string Rack,
    ImmutableArray<string> Operations,
    ImmutableArray<AppsPreviewJson> Apps
);

public sealed record AppsPreviewJson(ImmutableArray<string> Apps, ImmutableArray<string> Operations);

public sealed record InviteTokenJson(string Token);

/// <param name="Email">For an open invite; else the address is the invite's.</param>
public sealed record RegisterJson(string Token, string Name, string Password, string? Email = null);

public sealed record JoinedJson(string Organization);

public sealed record RegisteredJson(string UserId);

/// <param name="For">The address that it is for, all but its first letter and domain hidden; none for whoever holds
/// it.</param>
public sealed record OfferJson(
    string Organization,
    string By,
    DateTimeOffset Expires,
    ImmutableArray<OfferedRoleJson> Roles,
    PreviewJson Preview,
    string? For = null
);

public sealed record OfferedRoleJson(string Role, string Racks);
