using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>Decisions about an organization's own roles.</summary>
public static class OrgRoles
{
    /// <summary>
    /// Creates a role; the answer is its id. Problems: those of <see cref="RoleRules"/>, <c>access.escalation</c>.
    /// </summary>
    public static Result<Decision<OrgEvent, string>> Create(
        OrgState state,
        string name,
        ImmutableArray<Policy> policies,
        DecideContext context
    )
    {
        if (CheckNew(state, name, policies) is { } refusal)
        {
            return refusal;
        }

        var created = new RoleCreated(
            new Role
            {
                Id = $"role-{context.Ids.Hex(6)}",
                Name = name,
                Policies = policies,
            }
        );
        return OrgGuard.Check(state, context, created) is { } escalation
            ? escalation
            : new Decision<OrgEvent, string>(created.Role.Id) { Events = [created] };
    }

    /// <summary>
    /// Creates a role from another's policies, a built-in's too; the answer is its id. Problems: as
    /// <see cref="Create"/>, <c>role.not_found</c>.
    /// </summary>
    public static Result<Decision<OrgEvent, string>> Clone(
        OrgState state,
        string id,
        string name,
        DecideContext context
    ) =>
        state.FindRole(id) is { } source
            ? Create(state, name, source.Policies, context)
            : OrgProblems.RoleNotFound(id ?? "");

    /// <summary>
    /// Changes a role for everybody who holds it. Problems: as <see cref="Create"/>, <c>org.last_administrator</c>; the
    /// guard looks at the role by itself and at what each holder gains, so that taking a refusal out counts.
    /// </summary>
    /// <param name="from">What it must still be, else <c>role.stale</c>; null: whatever it is.</param>
    public static Result<Decision<OrgEvent, Done>> Update(
        OrgState state,
        string id,
        string name,
        ImmutableArray<Policy> policies,
        DecideContext context,
        Role? from = null
    )
    {
        if (!Own(state, id).TryGet(out var before, out var missing))
        {
            return missing;
        }

        if (from is not null && before != from)
        {
            return OrgProblems.RoleStale(before.Name);
        }

        if (
            (
                RoleRules.Check(name, policies)
                ?? (IsTaken(state, name, before.Id) ? OrgProblems.RoleNameTaken(name) : null)
            ) is
            { } refusal
        )
        {
            return refusal;
        }

        var after = before with { Name = name, Policies = policies };
        return before == after ? new Decision<OrgEvent, Done>(default)
            : OrgGuard.Check(state, context, new RoleUpdated(after)) is { } escalation ? escalation
            : new Decision<OrgEvent, Done>(default) { Events = [new RoleUpdated(after)] };
    }

    /// <summary>
    /// Of each policy why the caller may not give it beside the role's refusals; null where they may.
    /// </summary>
    public static ImmutableArray<Problem?> Beyond(
        OrgState state,
        ImmutableArray<Policy> policies,
        DecideContext context
    )
    {
        var guard = new EscalationGuard(state.HeldBy(OrgGuard.Actor(state, context)));
        var refusals = policies.RemoveAll(policy => !policy.IsDeny);
        return
        [
            .. policies.Select(policy =>
                policy.IsDeny
                    ? null
                    : guard.CheckRole(
                        new Role
                        {
                            Id = "role-line",
                            Name = "line",
                            Policies = [policy, .. refusals],
                        }
                    )
            ),
        ];
    }

    /// <summary>Problems: <c>role.built_in</c>, <c>role.not_found</c>, <c>role.in_use</c>.</summary>
    public static Result<Decision<OrgEvent, Done>> Delete(OrgState state, string id)
    {
        if (!Own(state, id).TryGet(out var role, out var missing))
        {
            return missing;
        }

        var members = state.Members.Values.Count(member => member.Roles.Any(grant => grant.Role == role.Id));
        var groups = state.Groups.Values.Count(group => group.Roles.Any(grant => grant.Role == role.Id));
        return members + groups > 0
            ? OrgProblems.RoleInUse(role.Name, members, groups)
            : new Decision<OrgEvent, Done>(default) { Events = [new RoleDeleted(role.Id)] };
    }

    /// <summary>Whether there may be such a role beside those that there are.</summary>
    internal static Problem? CheckNew(OrgState state, string name, ImmutableArray<Policy> policies) =>
        !state.Exists ? OrgProblems.NotFound(state.Name)
        : state.Roles.Count >= OrgState.MaxRoles ? OrgProblems.TooManyRoles
        : RoleRules.Check(name, policies)
            ?? (IsTaken(state, name, except: null) ? OrgProblems.RoleNameTaken(name) : null);

    /// <summary>One of the organization's own roles.</summary>
    internal static Result<Role> Own(OrgState state, string? id) =>
        BuiltInRoles.Find(id) is not null ? OrgProblems.RoleBuiltIn(id!)
        : state.Roles.TryGetValue(id ?? "", out var role) ? role
        : OrgProblems.RoleNotFound(id ?? "");

    private static bool IsTaken(OrgState state, string name, string? except) =>
        BuiltInRoles
            .All.Concat(state.Roles.Values)
            .Any(role => role.Id != except && string.Equals(role.Name, name, StringComparison.OrdinalIgnoreCase));
}
