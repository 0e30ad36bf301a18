using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>
/// What every change of members, groups and roles keeps, however many steps it has: an Administrator remains, and
/// nobody ends up with what the caller doesn't hold (security.md S15). Compares the organization before and after, so a
/// refusal taken away anywhere counts.
/// </summary>
internal static class OrgGuard
{
    /// <summary>Problems: <c>org.last_administrator</c>, <c>access.escalation</c>.</summary>
    public static Problem? Check(OrgState before, OrgState after, DecideContext context)
    {
        if (CheckAdministrator(before, after) is { } last)
        {
            return last;
        }

        var guard = new EscalationGuard(before.HeldBy(Actor(before, context)));
        if (guard.HoldsEverything)
        {
            return null;
        }

        before = WithNamesOf(after, before);
        var roles = after
            .Roles.Values.Where(role => role != before.Roles.GetValueOrDefault(role.Id))
            .ToDictionary(role => role.Id);
        return roles
            .Values.Select(guard.CheckRole)
            .Concat(
                Groups(before, after)
                    .Select(group => guard.CheckChange(Held(before, group.Before), Held(after, group.After)))
            )
            .Concat(
                Members(before, after, roles.Keys)
                    .Select(member => guard.CheckChange(Held(before, member.Before), Held(after, member.After)))
            )
            .FirstOrDefault(problem => problem is not null);
    }

    /// <summary>The same for the events of one decision.</summary>
    public static Problem? Check(OrgState state, DecideContext context, params ReadOnlySpan<OrgEvent> events)
    {
        var after = state;
        foreach (var @event in events)
        {
            after = OrgStateFold.Apply(after, @event);
        }

        return Check(state, after, context);
    }

    /// <summary>Problem: <c>org.last_administrator</c>.</summary>
    public static Problem? CheckAdministrator(OrgState before, OrgState after) =>
        before.HasAdministrator && !after.HasAdministrator ? OrgProblems.LastAdministrator : null;

    /// <summary>
    /// SECURITY: whoever is no member of this organization holds nothing in it, the operator included (S04).
    /// </summary>
    public static string? Actor(OrgState state, DecideContext context) =>
        context.Caller is { Principal.Kind: PrincipalKind.User } caller && caller.Org == state.Name
            ? caller.Principal.Id
            : null;

    // A group's new name changes nothing that anybody holds.
    private static OrgState WithNamesOf(OrgState after, OrgState before) =>
        before with
        {
            Groups = before.Groups.SetItems(
                before.Groups.Select(pair =>
                    KeyValuePair.Create(
                        pair.Key,
                        after.Groups.TryGetValue(pair.Key, out var group)
                            ? pair.Value with
                            {
                                Name = group.Name,
                            }
                            : pair.Value
                    )
                )
            ),
        };

    /// <summary>Groups whose own grants change, members or not.</summary>
    private static IEnumerable<(OrgGroup? Before, OrgGroup After)> Groups(OrgState before, OrgState after) =>
        after
            .Groups.Values.Select(group => (Before: before.Groups.GetValueOrDefault(group.Id), After: group))
            .Where(x => x.Before is null || !x.Before.Roles.SequenceEqual(x.After.Roles));

    /// <summary>Members who may hold something else than before, one of those who hold the same.</summary>
    private static IEnumerable<(OrgMember? Before, OrgMember After)> Members(
        OrgState before,
        OrgState after,
        IReadOnlyCollection<string> changedRoles
    )
    {
        var gone = before.Groups.Keys.Except(after.Groups.Keys);
        var groups = after
            .Groups.Values.Where(group =>
                group != before.Groups.GetValueOrDefault(group.Id) || group.Roles.Any(ChangedRole)
            )
            .Select(group => group.Id)
            .Concat(gone)
            .ToHashSet();
        return after
            .Members.Values.Select(member => (Before: before.Members.GetValueOrDefault(member.UserId), After: member))
            .Where(x =>
                !ReferenceEquals(x.Before, x.After)
                || x.After.Roles.Any(ChangedRole)
                || x.After.Groups.Any(groups.Contains)
            )
            .DistinctBy(x => (Anybody(x.Before), Anybody(x.After)));

        bool ChangedRole(RoleGrant grant) => changedRoles.Contains(grant.Role);
    }

    private static OrgMember? Anybody(OrgMember? member) =>
        member is null ? null : member with { UserId = "", Since = default };

    private static ImmutableArray<HeldRole> Held(OrgState state, OrgMember? member) =>
        member is null ? [] : state.Held(member);

    private static ImmutableArray<HeldRole> Held(OrgState state, OrgGroup? group) =>
        group is null ? [] : state.Held(group.Roles, group.Name);
}
