using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Domain.Orgs;

/// <summary>What decisions need of one organization: the fold of its stream.</summary>
[GenerateSerializer, Immutable, Alias("palisade.org.state")]
public sealed record OrgState
{
    public const int MaxMembers = 10_000;
    public const int MaxRoles = 500;
    public const int MaxGroups = 500;

    /// <summary>"" when it does not exist.</summary>
    [Id(0)]
    public string Name { get; init; } = "";

    /// <summary>Number of events folded; with nothing but events in the stream, its head.</summary>
    [Id(1)]
    public long Version { get; init; }

    /// <summary>By user id, at most <see cref="MaxMembers"/>.</summary>
    [Id(2)]
    public ImmutableSortedDictionary<string, OrgMember> Members { get; init; } =
        ImmutableSortedDictionary<string, OrgMember>.Empty;

    /// <summary>Custom roles by id, at most <see cref="MaxRoles"/>.</summary>
    [Id(3)]
    public ImmutableSortedDictionary<string, Role> Roles { get; init; } = ImmutableSortedDictionary<string, Role>.Empty;

    [Id(4)]
    public DateTimeOffset Created { get; init; }

    /// <summary>By id, at most <see cref="MaxGroups"/>.</summary>
    [Id(5)]
    public ImmutableSortedDictionary<string, OrgGroup> Groups { get; init; } =
        ImmutableSortedDictionary<string, OrgGroup>.Empty;

    /// <summary>By id, at most <see cref="OrgInvites.MaxPending"/>, expired ones until the next is sent.</summary>
    [Id(6)]
    public ImmutableSortedDictionary<string, OrgInvite> Invites { get; init; } =
        ImmutableSortedDictionary<string, OrgInvite>.Empty;

    /// <summary>Members without a second factor can do nothing here until they set one up.</summary>
    [Id(7)]
    public bool RequiresSecondFactor { get; init; }

    /// <summary>Since when, and why, its people and keys can do nothing; null: they can.</summary>
    [Id(8)]
    public OrgSuspended? Suspended { get; init; }

    [Id(9)]
    public OrgQuotas Quotas { get; init; } = OrgQuotas.None;

    public bool Exists => Name.Length > 0;

    /// <summary>The built-in or custom role of that id, or null.</summary>
    public Role? FindRole(string? id) => BuiltInRoles.Find(id) ?? (id is null ? null : Roles.GetValueOrDefault(id));

    /// <summary>User ids of a group's members, sorted.</summary>
    public IEnumerable<string> In(string group) =>
        Members.Values.Where(member => member.Groups.Contains(group)).Select(member => member.UserId);

    /// <summary>The policy that decides every request of this organization.</summary>
    public CompiledPolicy Compile() => Compile(Version);

    /// <param name="version">The head that the caller proved, where it counts more than events.</param>
    /// <param name="previous">The policy of an earlier version: what did not change since is taken from it.</param>
    public CompiledPolicy Compile(long version, CompiledPolicy? previous = null)
    {
        var holdings = new OrgHoldings(this);
        return new(
            Name,
            version,
            Members.Values.Select(member => new MemberAccess(member.UserId, holdings.Of(member))),
            previous: previous
        )
        {
            RequiresSecondFactor = RequiresSecondFactor,
            Suspended = Suspended?.Reason,
        };
    }

    /// <summary>What somebody holds; nothing for who is no member.</summary>
    public ImmutableArray<HeldRole> HeldBy(string? userId) =>
        userId is not null && Members.TryGetValue(userId, out var member) ? Held(member) : [];

    /// <summary>Directly and through groups.</summary>
    internal ImmutableArray<HeldRole> Held(OrgMember member) => new OrgHoldings(this).Of(member);

    /// <summary>Grants of roles that don't exist grant nothing.</summary>
    internal ImmutableArray<HeldRole> Held(ImmutableArray<RoleGrant> grants, string? group = null) =>
        new OrgHoldings(this).Of(grants, group);

    /// <summary>
    /// Whether some member is Administrator on all racks, directly or through a group, and no refusal keeps that one
    /// from people and roles.
    /// </summary>
    internal bool HasAdministrator =>
        Members.Values.Any(member =>
            (
                member.Roles.Any(IsAdministrator)
                || member.Groups.Any(id => Groups.TryGetValue(id, out var group) && group.Roles.Any(IsAdministrator))
            ) && EscalationGuard.IsAdministrator(Held(member))
        );

    private static bool IsAdministrator(RoleGrant grant) =>
        grant.Role == BuiltInRoles.Administrator.Id && grant.Racks is { Kind: SelectorKind.AllowAll };
}
