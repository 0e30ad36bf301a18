using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>Decisions about an organization's own roles.</summary>
public static class OrgRoles
{
    /// <summary>Creates a role; the answer is its id. Cloning is creating from another's policies. Problems: those of <see cref="RoleRules"/>, <c>access.escalation</c>.</summary>
    public static Result<Decision<OrgEvent, string>> Create(OrgState state, string name, ImmutableArray<Policy> policies, DecideContext context)
    {
        var refusal = !state.Exists ? OrgProblems.NotFound(state.Name)
            : state.Roles.Count >= OrgState.MaxRoles ? OrgProblems.TooManyRoles
            : RoleRules.Check(name, policies) ?? (IsTaken(state, name, except: null) ? OrgProblems.RoleNameTaken(name) : null);
        if (refusal is not null)
        {
            return refusal;
        }

        var role = new Role { Id = $"role-{context.Ids.Hex(6)}", Name = name, Policies = policies };
        return EscalationGuard.CheckRole(state.HeldBy(OrgMembers.Actor(state, context)), role) is { } escalation
            ? escalation
            : new Decision<OrgEvent, string>(role.Id) { Events = [new RoleCreated(role)] };
    }

    /// <summary>
    /// Changes a role for everybody who holds it. Problems: as <see cref="Create"/>; the guard looks at the role by itself and at what each
    /// holder gains, so that taking a refusal out counts.
    /// </summary>
    public static Result<Decision<OrgEvent, Done>> Update(OrgState state, string id, string name, ImmutableArray<Policy> policies, DecideContext context)
    {
        if (BuiltInRoles.Find(id) is not null)
        {
            return OrgProblems.RoleBuiltIn(id);
        }

        if (!state.Roles.TryGetValue(id ?? "", out var before))
        {
            return OrgProblems.RoleNotFound(id ?? "");
        }

        if ((RoleRules.Check(name, policies) ?? (IsTaken(state, name, before.Id) ? OrgProblems.RoleNameTaken(name) : null)) is { } refusal)
        {
            return refusal;
        }

        var after = before with { Name = name, Policies = policies };
        var actor = state.HeldBy(OrgMembers.Actor(state, context));
        var changed = state with { Roles = state.Roles.SetItem(after.Id, after) };
        var escalation = EscalationGuard.CheckRole(actor, after)
            ?? Holders(state, before.Id).DistinctBy(member => member with { UserId = "", Since = default })
                .Select(member => EscalationGuard.CheckChange(actor, state.Held(member), changed.Held(member)))
                .FirstOrDefault(problem => problem is not null);
        return escalation is not null ? escalation
            : new Decision<OrgEvent, Done>(default) { Events = before == after ? [] : [new RoleUpdated(after)] };
    }

    /// <summary>Problems: <c>role.built_in</c>, <c>role.not_found</c>, <c>role.in_use</c>.</summary>
    public static Result<Decision<OrgEvent, Done>> Delete(OrgState state, string id)
    {
        if (BuiltInRoles.Find(id) is not null)
        {
            return OrgProblems.RoleBuiltIn(id);
        }

        if (!state.Roles.TryGetValue(id ?? "", out var role))
        {
            return OrgProblems.RoleNotFound(id ?? "");
        }

        var holders = Holders(state, role.Id).Count();
        return holders > 0 ? OrgProblems.RoleInUse(role.Name, holders) : new Decision<OrgEvent, Done>(default) { Events = [new RoleDeleted(role.Id)] };
    }

    private static IEnumerable<OrgMember> Holders(OrgState state, string role) =>
        state.Members.Values.Where(member => member.Roles.Any(grant => grant.Role == role));

    private static bool IsTaken(OrgState state, string name, string? except) =>
        BuiltInRoles.All.Concat(state.Roles.Values).Any(role => role.Id != except && string.Equals(role.Name, name, StringComparison.OrdinalIgnoreCase));
}
