using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

using OrgDecision = Decision<OrgEvent, Done>;

/// <summary>Decisions about an organization's existence and members.</summary>
public static class OrgMembers
{
    /// <summary>The operator creates it; <paramref name="administrator"/> is a user's id and becomes its first Administrator, on all racks.</summary>
    public static Result<OrgDecision> Create(OrgState state, string name, string administrator, DecideContext context)
    {
        if (state.Exists)
        {
            return OrgProblems.Exists(state.Name);
        }

        if (!Names.IsValid(name))
        {
            return OrgProblems.NameInvalid(name);
        }

        if (!IsUser(administrator))
        {
            return OrgProblems.UserInvalid;
        }

        return Of(
            new OrgCreated(name, context.Now),
            new MemberAdded(administrator, [RoleGrant.OnAllRacks(BuiltInRoles.Administrator)], context.Now));
    }

    /// <summary>Problems: unknown or missing roles, an existing member, <c>access.escalation</c>.</summary>
    public static Result<OrgDecision> Add(OrgState state, string userId, ImmutableArray<RoleGrant> roles, DecideContext context)
    {
        var refusal = !state.Exists ? OrgProblems.NotFound(state.Name)
            : !IsUser(userId) ? OrgProblems.UserInvalid
            : state.Members.ContainsKey(userId) ? OrgProblems.AlreadyMember(userId)
            : state.Members.Count >= OrgState.MaxMembers ? OrgProblems.TooManyMembers
            : CheckGrants(state, roles) ?? EscalationGuard.CheckChange(state.HeldBy(Actor(state, context)), [], state.Held(roles));
        return refusal is not null ? refusal : Of(new MemberAdded(userId, roles, context.Now));
    }

    /// <summary>Problems: as <see cref="Add"/>, and <c>org.last_administrator</c>.</summary>
    public static Result<OrgDecision> SetRoles(OrgState state, string userId, ImmutableArray<RoleGrant> roles, DecideContext context)
    {
        if (!state.Members.TryGetValue(userId ?? "", out var member))
        {
            return OrgProblems.NotMember(userId ?? "");
        }

        var refusal = CheckGrants(state, roles)
            ?? (WouldBeLast(state, member) && !OrgState.IsAdministrator(roles) ? OrgProblems.LastAdministrator : null)
            ?? EscalationGuard.CheckChange(state.HeldBy(Actor(state, context)), state.Held(member), state.Held(roles));
        return refusal is not null ? refusal
            : member.Roles.SequenceEqual(roles) ? new OrgDecision(default)
            : Of(new MemberRolesSet(member.UserId, roles));
    }

    /// <summary>Problems: <c>member.not_found</c>, <c>org.last_administrator</c>.</summary>
    public static Result<OrgDecision> Remove(OrgState state, string userId) =>
        !state.Members.TryGetValue(userId ?? "", out var member) ? OrgProblems.NotMember(userId ?? "")
        : WouldBeLast(state, member) ? OrgProblems.LastAdministrator
        : Of(new MemberRemoved(member.UserId));

    /// <summary>
    /// Whether the caller may reset a member's credentials: whoever does so could sign in as that member, so they must hold all that the
    /// member holds (security.md S15).
    /// </summary>
    public static Problem? CheckReset(OrgState state, string userId, DecideContext context) =>
        !state.Members.TryGetValue(userId ?? "", out var member) ? OrgProblems.NotMember(userId ?? "")
        : EscalationGuard.CheckImpersonation(state.HeldBy(Actor(state, context)), state.Held(member));

    /// <summary>SECURITY: whoever is no member of this organization holds nothing in it, the operator included (S04).</summary>
    internal static string? Actor(OrgState state, DecideContext context) =>
        context.Caller is { Principal.Kind: PrincipalKind.User } caller && caller.Org == state.Name ? caller.Principal.Id : null;

    private static Problem? CheckGrants(OrgState state, ImmutableArray<RoleGrant> roles)
    {
        if (roles.IsDefaultOrEmpty || roles.Length > OrgMember.MaxRoles || roles.Distinct().Count() != roles.Length)
        {
            return OrgProblems.RolesMissing;
        }

        return roles.Select(grant => state.FindRole(grant?.Role) is null
            ? OrgProblems.RoleUnknown(grant?.Role)
            : RoleRules.CheckRacks(grant!.Racks)).FirstOrDefault(problem => problem is not null);
    }

    private static bool WouldBeLast(OrgState state, OrgMember member) =>
        OrgState.IsAdministrator(member.Roles) && state.Administrators == 1;

    private static bool IsUser(string? userId) => userId is { Length: > 0 and <= 100 } && !userId.Any(c => char.IsControl(c) || c is '/' or '%');

    private static OrgDecision Of(params ReadOnlySpan<OrgEvent> events) => new(default) { Events = [.. events] };
}
