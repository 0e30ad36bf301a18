using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs.Text;

/// <summary>What a document says of roles, groups and members, compared with what there is.</summary>
public sealed partial class AccessPlanner
{
    private void Roles(ImmutableArray<RoleEntry>? entries)
    {
        if (entries is not { } roles)
        {
            Names(_state.Roles.Values.Select(role => (role.Name, role.Id)), _roles);
            return;
        }

        var kept = new HashSet<string>();
        foreach (var entry in roles)
        {
            var known = Known(entry.Name, entry.Id, _state.Roles, role => role.Name);
            var after = new Role
            {
                Id = known?.Id ?? $"role-{_newId()}",
                Name = entry.Name,
                Policies = entry.Policies,
            };
            if (!Named(entry.Name, after.Id, _roles, "role") || (known is not null && !kept.Add(known.Id)))
            {
                Refuse($"role {entry.Name} is written twice, or called like a built-in one", "give it another name");
                continue;
            }

            if (known != after)
            {
                Step(
                    known is null,
                    PlanSubject.Role,
                    entry.Name,
                    known?.Name,
                    Lines(known),
                    Lines(after),
                    known is null ? new RoleCreated(after) : new RoleUpdated(after)
                );
            }
        }

        foreach (var gone in _state.Roles.Values.Where(role => !kept.Contains(role.Id)))
        {
            Delete(PlanSubject.Role, gone.Name, Lines(gone), new RoleDeleted(gone.Id));
        }
    }

    private void Groups(ImmutableArray<GroupEntry>? entries)
    {
        if (entries is not { } groups)
        {
            Names(_state.Groups.Values.Select(group => (group.Name, group.Id)), _groups);
            foreach (var group in _state.Groups.Values)
            {
                InUse(group.Roles, $"group {group.Name}");
            }

            return;
        }

        var kept = new HashSet<string>();
        foreach (var entry in groups)
        {
            var known = Known(entry.Name, entry.Id, _state.Groups, group => group.Name);
            var after = new OrgGroup(
                known?.Id ?? $"group-{_newId()}",
                entry.Name,
                Grants(entry.Roles, $"group {entry.Name}", atLeast: 0),
                known?.Created ?? _now
            );
            if (!Named(entry.Name, after.Id, _groups, "group") || (known is not null && !kept.Add(known.Id)))
            {
                Refuse($"group {entry.Name} is written twice", "give it another name");
                continue;
            }

            if (known is null || !known.Roles.SequenceEqual(after.Roles) || known.Name != after.Name)
            {
                Step(
                    known is null,
                    PlanSubject.Group,
                    entry.Name,
                    known?.Name,
                    Lines(known?.Roles ?? []),
                    Lines(after.Roles),
                    [.. Events(known, after)]
                );
            }
        }

        foreach (var gone in _state.Groups.Values.Where(group => !kept.Contains(group.Id)))
        {
            Delete(PlanSubject.Group, gone.Name, Lines(gone.Roles), new GroupDeleted(gone.Id));
        }
    }

    private static IEnumerable<OrgEvent> Events(OrgGroup? before, OrgGroup after)
    {
        if (before is null)
        {
            yield return new GroupCreated(after);
            yield break;
        }

        if (before.Name != after.Name)
        {
            yield return new GroupRenamed(after.Id, after.Name);
        }

        if (!before.Roles.SequenceEqual(after.Roles))
        {
            yield return new GroupRolesSet(after.Id, after.Roles);
        }
    }

    private void Members(ImmutableArray<MemberEntry>? entries)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries ?? [])
        {
            if (!_state.Members.TryGetValue(entry.User, out var member) || !named.Add(entry.User))
            {
                Refuse(
                    $"{Printable.Of(entry.User)} is no member, or written twice",
                    "invite who is new; a document changes assignments only"
                );
                continue;
            }

            var groups = entry.Groups is { } given
                ? [.. given.Select(GroupOf).Distinct().Order(StringComparer.Ordinal)]
                : member.Groups;
            var roles = Grants(entry.Roles, $"member {entry.User}", groups.IsEmpty ? 1 : 0);
            if (groups.Length > OrgMember.MaxGroups)
            {
                _problem ??= OrgProblems.InTooManyGroups(entry.User);
            }

            var (comes, goes) = (groups.Except(member.Groups).ToList(), member.Groups.Except(groups).ToList());
            ImmutableArray<OrgEvent> events =
            [
                .. member.Roles.SequenceEqual(roles)
                    ? Array.Empty<OrgEvent>()
                    : [new MemberRolesSet(member.UserId, roles)],
                .. comes.Select(id => new GroupMembersAdded(id, [member.UserId])),
                .. goes.Where(id => _groups.ContainsValue(id))
                    .Select(id => new GroupMembersRemoved(id, [member.UserId])),
            ];
            if (!events.IsEmpty)
            {
                Step(
                    false,
                    PlanSubject.Member,
                    entry.User,
                    entry.User,
                    Lines(member.Roles, member.Groups),
                    Lines(roles, groups),
                    events.AsSpan()
                );
            }
        }

        foreach (var member in _state.Members.Values.Where(member => !named.Contains(member.UserId)))
        {
            InUse(member.Roles, $"member {member.UserId}");
        }
    }
}
