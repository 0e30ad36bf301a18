using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Domain.Orgs;

/// <summary>What decisions need of one organization: the fold of its stream.</summary>
[GenerateSerializer, Immutable, Alias("palisade.org.state")]
public sealed record OrgState
{
    public const int MaxMembers = 5000;
    public const int MaxRoles = 200;

    /// <summary>"" when it does not exist.</summary>
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>Number of events folded; with nothing but events in the stream, its head.</summary>
    [Id(1)] public long Version { get; init; }

    /// <summary>By user id, at most <see cref="MaxMembers"/>.</summary>
    [Id(2)] public ImmutableSortedDictionary<string, OrgMember> Members { get; init; } = ImmutableSortedDictionary<string, OrgMember>.Empty;

    /// <summary>Custom roles by id, at most <see cref="MaxRoles"/>.</summary>
    [Id(3)] public ImmutableSortedDictionary<string, Role> Roles { get; init; } = ImmutableSortedDictionary<string, Role>.Empty;

    [Id(4)] public DateTimeOffset Created { get; init; }

    public bool Exists => Name.Length > 0;

    /// <summary>The built-in or custom role of that id, or null.</summary>
    public Role? FindRole(string? id) => BuiltInRoles.Find(id) ?? (id is null ? null : Roles.GetValueOrDefault(id));

    /// <summary>The policy that decides every request of this organization.</summary>
    public CompiledPolicy Compile() => Compile(Version);

    /// <param name="version">The head that the caller proved, where it counts more than events.</param>
    public CompiledPolicy Compile(long version) =>
        new(Name, version, Members.Values.Select(member => new MemberAccess(member.UserId, Held(member))));

    /// <summary>What somebody holds; nothing for who is no member.</summary>
    internal ImmutableArray<HeldRole> HeldBy(string? userId) =>
        userId is not null && Members.TryGetValue(userId, out var member) ? Held(member) : [];

    internal ImmutableArray<HeldRole> Held(OrgMember member) => Held(member.Roles);

    /// <summary>Grants of roles that don't exist grant nothing.</summary>
    internal ImmutableArray<HeldRole> Held(ImmutableArray<RoleGrant> grants) =>
        [.. grants.Select(grant => (Role: FindRole(grant.Role), grant.Racks)).Where(x => x.Role is not null).Select(x => new HeldRole(x.Role!, x.Racks))];

    /// <summary>Members who hold Administrator on all racks.</summary>
    internal int Administrators => Members.Values.Count(member => IsAdministrator(member.Roles));

    internal static bool IsAdministrator(ImmutableArray<RoleGrant> roles) => roles.Any(grant =>
        grant.Role == BuiltInRoles.Administrator.Id && grant.Racks is { Kind: SelectorKind.AllowAll });
}
