using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

using OrgDecision = Decision<OrgEvent, Done>;

/// <summary>
/// Decisions about an organization's groups. What is held through a group counts like what is held directly, in every
/// guard.
/// </summary>
public static class OrgGroups
{
    /// <summary>Most members that one command puts in or takes out.</summary>
    public const int MaxAtOnce = 500;

    /// <summary>
    /// The answer is the group's id. Problems: <c>group.bad_name</c>, <c>group.name_taken</c>, ill-formed roles,
    /// <c>access.escalation</c>.
    /// </summary>
    public static Result<Decision<OrgEvent, string>> Create(
        OrgState state,
        string name,
        ImmutableArray<RoleGrant> roles,
        DecideContext context
    )
    {
        var refusal =
            !state.Exists ? OrgProblems.NotFound(state.Name)
            : state.Groups.Count >= OrgState.MaxGroups ? OrgProblems.TooManyGroups
            : CheckName(state, name, except: null) ?? RoleGrants.Check(state, roles, atLeast: 0);
        if (refusal is not null)
        {
            return refusal;
        }

        var created = new GroupCreated(new OrgGroup($"group-{context.Ids.Hex(6)}", name, roles, context.Now));
        return OrgGuard.Check(state, context, created) is { } escalation
            ? escalation
            : new Decision<OrgEvent, string>(created.Group.Id) { Events = [created] };
    }

    /// <summary>Problems: <c>group.not_found</c>, <c>group.bad_name</c>, <c>group.name_taken</c>.</summary>
    public static Result<OrgDecision> Rename(OrgState state, string id, string name) =>
        Find(state, id)
            .Then<OrgDecision>(group =>
                CheckName(state, name, group.Id) is { } refusal ? refusal
                : group.Name == name ? new OrgDecision(default)
                : new OrgDecision(default) { Events = [new GroupRenamed(group.Id, name)] }
            );

    /// <summary>
    /// Problems: <c>group.not_found</c>, ill-formed roles, <c>access.escalation</c>, <c>org.last_administrator</c>,
    /// <c>group.roles_stale</c>.
    /// </summary>
    /// <param name="from">What they must still be; null: whatever they are.</param>
    public static Result<OrgDecision> SetRoles(
        OrgState state,
        string id,
        ImmutableArray<RoleGrant> roles,
        DecideContext context,
        ImmutableArray<RoleGrant>? from = null
    ) =>
        Find(state, id)
            .Then<OrgDecision>(group =>
                from is { } known && !group.Roles.SequenceEqual(known) ? OrgProblems.GroupRolesStale(group.Name)
                : RoleGrants.Check(state, roles, atLeast: 0) is { } refusal ? refusal
                : group.Roles.SequenceEqual(roles) ? new OrgDecision(default)
                : Guarded(state, context, new GroupRolesSet(group.Id, roles))
            );

    /// <summary>
    /// Problems: <c>group.not_found</c>, <c>access.escalation</c> (a refusal may go with it),
    /// <c>org.last_administrator</c>.
    /// </summary>
    public static Result<OrgDecision> Delete(OrgState state, string id, DecideContext context) =>
        Find(state, id).Then(group => Guarded(state, context, new GroupDeleted(group.Id)));

    /// <summary>
    /// Who is in it already stays. Problems: <c>group.not_found</c>, <c>member.not_found</c>,
    /// <c>member.too_many_groups</c>, <c>access.escalation</c>.
    /// </summary>
    public static Result<OrgDecision> AddMembers(
        OrgState state,
        string id,
        ImmutableArray<string> userIds,
        DecideContext context
    ) =>
        Joining(state, id, userIds)
            .Then<OrgDecision>(joining =>
                joining.UserIds.IsEmpty ? new OrgDecision(default) : Guarded(state, context, joining)
            );

    /// <summary>
    /// Who is not in it stays out. Problems: as <see cref="AddMembers"/>, and <c>org.last_administrator</c>.
    /// </summary>
    public static Result<OrgDecision> RemoveMembers(
        OrgState state,
        string id,
        ImmutableArray<string> userIds,
        DecideContext context
    ) =>
        Leaving(state, id, userIds)
            .Then<OrgDecision>(leaving =>
                leaving.UserIds.IsEmpty ? new OrgDecision(default) : Guarded(state, context, leaving)
            );

    /// <summary>What adding comes to, whoever does it.</summary>
    internal static Result<GroupMembersAdded> Joining(OrgState state, string id, ImmutableArray<string> userIds) =>
        Members(state, id, userIds, inIt: false)
            .Then<GroupMembersAdded>(members =>
                members.FirstOrDefault(member => member.Groups.Length >= OrgMember.MaxGroups) is { } full
                    ? OrgProblems.InTooManyGroups(full.UserId)
                    : new GroupMembersAdded(id, [.. members.Select(member => member.UserId)])
            );

    /// <summary>What taking out comes to, whoever does it.</summary>
    internal static Result<GroupMembersRemoved> Leaving(OrgState state, string id, ImmutableArray<string> userIds) =>
        Members(state, id, userIds, inIt: true)
            .Map(members => new GroupMembersRemoved(id, [.. members.Select(member => member.UserId)]));

    internal static Result<OrgGroup> Find(OrgState state, string? id) =>
        state.Groups.TryGetValue(id ?? "", out var group) ? group : OrgProblems.GroupNotFound(id ?? "");

    /// <summary>The named members that are, or are not yet, in the group.</summary>
    private static Result<ImmutableArray<OrgMember>> Members(
        OrgState state,
        string id,
        ImmutableArray<string> userIds,
        bool inIt
    )
    {
        if (!Find(state, id).TryGet(out var group, out var missing))
        {
            return missing;
        }

        if (userIds.IsDefaultOrEmpty || userIds.Length > MaxAtOnce)
        {
            return OrgProblems.NobodyNamed;
        }

        var strangers = userIds.Where(userId => !state.Members.ContainsKey(userId ?? "")).ToList();
        return strangers.Count > 0
            ? OrgProblems.NotMember(strangers[0] ?? "")
            : userIds
                .Distinct()
                .Select(userId => state.Members[userId])
                .Where(member => member.Groups.Contains(group.Id) == inIt)
                .ToImmutableArray();
    }

    private static Problem? CheckName(OrgState state, string name, string? except) =>
        !RoleRules.IsName(name) ? OrgProblems.GroupNameInvalid(name)
        : state.Groups.Values.Any(group =>
            group.Id != except && string.Equals(group.Name, name, StringComparison.OrdinalIgnoreCase)
        )
            ? OrgProblems.GroupNameTaken(name)
        : null;

    private static Result<OrgDecision> Guarded(OrgState state, DecideContext context, OrgEvent @event) =>
        OrgGuard.Check(state, context, @event) is { } refusal
            ? refusal
            : new OrgDecision(default) { Events = [@event] };
}
