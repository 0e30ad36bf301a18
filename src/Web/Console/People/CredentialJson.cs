using System.Collections.Immutable;

namespace Palisade.Web.Console.People;

/// <param name="Networks">Where it may be used from; empty means anywhere.</param>
/// <param name="Current">It is the one that asks.</param>
public sealed record CredentialJson(
    string Id,
    string Name,
    DateTimeOffset Created,
    DateTimeOffset Expires,
    ImmutableArray<string> Networks,
    bool Current,
    DateTimeOffset? LastUsed = null,
    string? LastIp = null,
    string? LastClient = null
);

public sealed record RenameJson(string Name);

/// <param name="Days">Life: 1 to 90, 30 by default.</param>
/// <param name="Networks">Where it may be used from, in CIDR form; left out: anywhere.</param>
public sealed record NewTokenJson(string Name, int? Days = null, ImmutableArray<string>? Networks = null);

/// <param name="Token">Shown once.</param>
public sealed record TokenJson(string Id, string Token, DateTimeOffset Expires);
