using System.Collections.Immutable;
using Palisade.Web.Components.Keys;
using Palisade.Web.Components.Roles;
using Palisade.Web.Components.Users;

namespace Palisade.Web.Components.Audit.Evidence;

/// <summary>What a report says: its records, and what is so now, as far as it is of that report.</summary>
public sealed record EvidenceFound(CoveredRecords Records)
{
    public ImmutableArray<MemberRow> Members { get; init; } = [];

    /// <summary>Null: not the reader's to see.</summary>
    public ImmutableArray<InviteRow>? Invites { get; init; }

    /// <summary>Those that somebody or some group has.</summary>
    public ImmutableArray<RoleRow> Roles { get; init; } = [];

    public ImmutableArray<SignInRow> SignIns { get; init; } = [];

    /// <summary>Each of the period was counted.</summary>
    public bool SignInsAreAll { get; init; }

    public ImmutableArray<KeyRow> Keys { get; init; } = [];

    /// <summary>None is hidden from the reader.</summary>
    public bool KeysAreAll { get; init; }

    /// <summary>By id.</summary>
    public ImmutableDictionary<string, string> RoleNames { get; init; } = ImmutableDictionary<string, string>.Empty;
}
