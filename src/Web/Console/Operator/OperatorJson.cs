using System.Collections.Immutable;
using Palisade.Domain.Installation;
using Palisade.Domain.Orgs;

namespace Palisade.Web.Console.Operator;

/// <summary>The installation as its operators see it.</summary>
public sealed record InstallationJson
{
    public required ImmutableArray<OperatorJson> Operators { get; init; }

    /// <summary>This process; others have rows of their own once there are several.</summary>
    public required ImmutableArray<NodeJson> Nodes { get; init; }

    public required StorageJson Storage { get; init; }

    public required LimitsJson Limits { get; init; }

    /// <summary>Networks beyond the public internet that webhooks and the like may be sent to, in CIDR form.</summary>
    public required ImmutableArray<string> OutgoingNetworks { get; init; }
}

public sealed record OperatorJson(string UserId, string Name, DateTimeOffset Since);

/// <param name="Id">A new one at each start.</param>
public sealed record NodeJson(string Id, string Machine);

/// <summary>Bytes of the data folder by what they are for, and what is free on its disk.</summary>
public sealed record StorageJson(long DatabaseBytes, long ObjectBytes, long LogBytes, long BackupBytes, long FreeBytes);

/// <summary>What every organization and principal gets (S08).</summary>
public sealed record LimitsJson(
    long SourceBytes,
    long BodyBytes,
    int SocketsPerPrincipal,
    int ExecsPerPrincipal,
    int RequestsPerSecondPerPrincipal
);

/// <param name="Suspended">Since when; none: it is not.</param>
/// <param name="Quotas">None: what every organization may.</param>
public sealed record OrgJson(
    string Name,
    DateTimeOffset Created,
    DateTimeOffset? Suspended = null,
    string? Reason = null,
    OrgQuotas? Quotas = null
);

/// <param name="Reason">The organization's people are told it.</param>
public sealed record SuspendOrgJson(string Reason);

/// <param name="Administrator">User id of its first Administrator, who has an account.</param>
public sealed record CreateOrgJson(string Name, string Administrator);

public sealed record UserJson(
    string Id,
    string Email,
    string Name,
    DateTimeOffset Created,
    ImmutableArray<string> Organizations,
    DateTimeOffset? Disabled = null,
    DateTimeOffset? Erased = null
);

/// <param name="Email">The account's address, so that nobody else is erased.</param>
public sealed record EraseUserJson(string Email);

/// <param name="Password">A first one, which must be changed at the first sign-in.</param>
public sealed record RegisterUserJson(string Email, string Name, string Password);

public sealed record DisableUserJson(string Reason);

public sealed record AddOperatorJson(string UserId);

/// <param name="Networks">Replace those before.</param>
public sealed record AllowNetworksJson(ImmutableArray<string> Networks);

/// <param name="Folder">Where it is, below the data folder.</param>
public sealed record BackupJson(
    string Id,
    BackupStatus Status,
    string By,
    DateTimeOffset Requested,
    long Bytes,
    string Folder,
    DateTimeOffset? Ended = null,
    string? Reason = null
)
{
    internal static BackupJson Of(Backup backup) =>
        new(
            backup.Id,
            backup.Status,
            backup.By,
            backup.Requested,
            backup.Bytes,
            $"backups/{backup.Id}",
            backup.Ended,
            backup.Reason
        );
}

/// <param name="Password">The account's: a stolen token makes no operator token.</param>
/// <param name="Days">1 to 7; 1 by default.</param>
public sealed record IssueOperatorTokenJson(string Password, string Name, int Days = 1);

/// <param name="Token">Shown this once.</param>
public sealed record OperatorTokenJson(string Id, string Token, DateTimeOffset Expires);

public sealed record CreatedJson(string Id);
