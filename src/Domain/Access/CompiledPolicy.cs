using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// An organization's members and roles at one version, ready to decide: immutable, shared by all threads, and asked
/// locally for each request. Default deny: what is not granted is refused, and so is what cannot be decided
/// (security.md S14).
/// </summary>
public sealed class CompiledPolicy
{
    private readonly PolicyParts _parts;
    private readonly NameScope _names;
    private readonly Dictionary<string, UserAccess> _users;

    /// <param name="org">The organization; a caller of another is refused.</param>
    /// <param name="version">Head of the org's stream that the members were read at.</param>
    /// <param name="members">Every member with every role held.</param>
    /// <param name="kind">What kind of principal the members are; a caller of another is refused.</param>
    /// <param name="previous">The policy of an earlier version: what did not change since is taken from it.</param>
    public CompiledPolicy(
        string org,
        long version,
        IEnumerable<MemberAccess> members,
        PrincipalKind kind = PrincipalKind.User,
        CompiledPolicy? previous = null
    )
    {
        ArgumentNullException.ThrowIfNull(members);
        (Org, Version, Kind) = (org, version, kind);
        var compiler = new PolicyCompiler(previous?._parts);
        _users = new(previous?._users.Count ?? 0, StringComparer.Ordinal);
        foreach (var member in members)
        {
            _users.Add(member.UserId, compiler.Compile(member.Roles.IsDefault ? [] : member.Roles));
        }

        _parts = compiler.Finish();
        _names = new NameScope(_parts.Tests);
    }

    public string Org { get; }

    public long Version { get; }

    /// <summary>For one deploy key, the head of its stream that it was read at.</summary>
    public long KeyVersion { get; init; }

    public PrincipalKind Kind { get; }

    /// <summary>How many roles, each as it is held on some racks, had to be compiled for this version.</summary>
    public int RolesCompiled => _parts.Compiled;

    /// <summary>Members without a second factor are refused everything (<see cref="StepUp"/>).</summary>
    public bool RequiresSecondFactor { get; init; }

    /// <summary>Why everybody is refused everything (<see cref="Suspension"/>); null: they are not.</summary>
    public string? Suspended { get; init; }

    public bool IsMember(string? userId) => userId is not null && _users.ContainsKey(userId);

    /// <summary>
    /// Why a member can do nothing, whatever they hold; null for whoever is none, and when they can. Problems:
    /// <c>org.suspended</c>, <c>access.second_factor_required</c>.
    /// </summary>
    public Problem? Bars(Principal who, bool hasSecondFactor)
    {
        ArgumentNullException.ThrowIfNull(who);
        return IsMember(who.Id)
            ? Suspension.Check(who, Suspended) ?? StepUp.CheckRequired(who, hasSecondFactor, RequiresSecondFactor)
            : null;
    }

    /// <summary>Decides for a caller of this kind who acts in this organization. Any other caller is refused.</summary>
    public AccessDecision Decide(Caller? caller, Operation? operation, Resource resource) =>
        caller is not null && caller.Principal.Kind == Kind && caller.Org == Org
            ? Decide(caller.Principal.Id, operation, resource)
            : new(false, this, null, operation, resource);

    /// <summary>
    /// Decides for a member. Operations of the account, the installation or the system are no role's to grant.
    /// </summary>
    public AccessDecision Decide(string? userId, Operation? operation, Resource resource) =>
        new(IsAllowed(userId, operation, resource), this, userId, operation, resource);

    internal IEnumerable<KeyValuePair<string, UserAccess>> Users => _users;

    internal OperationSet Allowed(UserAccess user, in Resource resource) => user.On(resource, _names);

    /// <summary>
    /// A rack, or an app of it, that no role writes down and no pattern matches; the rack itself may be a known one.
    /// </summary>
    internal NameProbe Unwritten(string rack, bool hasApp)
    {
        var other = new KnownName(NameProbe.Other, _parts.Tests.Count, []);
        return new(rack == NameProbe.Other ? other : _names.Rack(rack), hasApp ? other : null);
    }

    internal UserAccess? Find(string? userId) =>
        userId is not null && _users.TryGetValue(userId, out var user) ? user : null;

    internal NameProbe Probe(in Resource resource, bool listing) => new(_names, resource, listing);

    /// <summary>Why no role needs to be asked; null when roles decide.</summary>
    internal static string? RefusedOutright(Operation? operation, in Resource resource) =>
        operation switch
        {
            null => "the operation is unknown",
            { Type: ResourceType.None } => "no role grants operations of the account, the installation or the system",
            _ when !resource.IsWellFormed => "the resource's name is ill-formed",
            { Lists: true } => null,
            { Scope: OperationScope.App } when resource.AppName is null => "the operation needs an app",
            { Scope: OperationScope.Rack } when resource.RackName is null => "the operation needs a rack",
            _ => null,
        };

    private bool IsAllowed(string? userId, Operation? operation, in Resource resource) =>
        RefusedOutright(operation, resource) is null
        && Find(userId) is { } user
        && user.Allows(operation!, resource, _names);
}
