using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;

namespace Palisade.Domain.Orgs;

/// <summary>What records say that an event changed about an organization: people, roles, groups, invites.</summary>
public static class OrgChanges
{
    public static ChangeSet Of(OrgState before, OrgEvent @event, OrgState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new ChangeList();
        changes.Text("name", before.Name, after.Name);
        changes.Flag("requiresSecondFactor", before.RequiresSecondFactor, after.RequiresSecondFactor);
        changes.Text("suspended.reason", before.Suspended?.Reason, after.Suspended?.Reason);
        changes.Time("suspended.since", before.Suspended?.At, after.Suspended?.At);
        Quotas(changes, before.Quotas, after.Quotas);
        ChangeList.Map("roles", before.Roles, after.Roles, (path, was, now) => Role(changes, path, was, now));
        ChangeList.Map(
            "groups",
            before.Groups,
            after.Groups,
            (path, was, now) =>
            {
                changes.Text($"{path}.name", was?.Name, now?.Name);
                changes.List($"{path}.roles", Grants(before, was?.Roles), Grants(after, now?.Roles));
            }
        );
        ChangeList.Map(
            "invites",
            before.Invites,
            after.Invites,
            (path, was, now) =>
            {
                changes.List($"{path}.roles", Grants(before, was?.Roles), Grants(after, now?.Roles));
                changes.Text($"{path}.by", was?.By, now?.By);
                changes.Text($"{path}.token", was?.TicketId, now?.TicketId);
                changes.Time($"{path}.expires", was?.Expires, now?.Expires);
            }
        );
        Members(changes, before, @event, after);
        return changes.ToSet();
    }

    private static void Quotas(ChangeList changes, OrgQuotas before, OrgQuotas after)
    {
        changes.Number("quotas.apps", before.Apps, after.Apps);
        changes.Number("quotas.buildsAtOnce", before.BuildsAtOnce, after.BuildsAtOnce);
        changes.Number("quotas.objectBytes", before.ObjectBytes, after.ObjectBytes);
        changes.Number("quotas.requestsPerSecond", before.RequestsPerSecond, after.RequestsPerSecond);
        changes.Number("quotas.members", before.Members, after.Members);
        changes.Number("quotas.deployKeys", before.DeployKeys, after.DeployKeys);
        changes.Number("quotas.releasesPerMinute", before.ReleasesPerMinute, after.ReleasesPerMinute);
        changes.Number("quotas.keptReleases", before.KeptReleases, after.KeptReleases);
    }

    private static void Role(ChangeList changes, string path, Role? before, Role? after)
    {
        changes.Text($"{path}.name", before?.Name, after?.Name);
        changes.Each($"{path}.policies", Rules(before), Rules(after));

        static ImmutableArray<string> Rules(Role? role) =>
            role is null ? [] : [.. role.Policies.Select(policy => policy.ToString())];
    }

    private static void Members(ChangeList changes, OrgState before, OrgEvent @event, OrgState after)
    {
        foreach (var id in Touched(before, @event, after))
        {
            var (was, now) = (before.Members.GetValueOrDefault(id), after.Members.GetValueOrDefault(id));
            changes.Time($"members.{id}.since", was?.Since, now?.Since);
            changes.List($"members.{id}.roles", Grants(before, was?.Roles), Grants(after, now?.Roles));
            changes.List($"members.{id}.groups", Groups(before, was), Groups(after, now));
        }

        // What these change is the person's, whose own stream says it.
        switch (@event)
        {
            case MemberErased e:
                changes.Text($"members.{e.UserId}.personalData", "sealed", null);
                break;
            case MemberReset e:
                changes.List($"members.{e.UserId}.reset", [], What(e));
                break;
        }

        // Whether there was any of it is in no event of the organization.
        static IEnumerable<string> What(MemberReset e) =>
            [
                "sessions",
                "tokens",
                .. e.Password ? (string[])["password"] : [],
                .. e.SecondFactor ? (string[])["secondFactor"] : [],
            ];
    }

    // An organization has up to 10,000 members: an event says which it is about.
    private static IEnumerable<string> Touched(OrgState before, OrgEvent @event, OrgState after) =>
        ReferenceEquals(before.Members, after.Members)
            ? []
            : @event switch
            {
                MemberAdded e => [e.UserId],
                MemberRolesSet e => [e.UserId],
                MemberRemoved e => [e.UserId],
                GroupMembersAdded e => e.UserIds,
                GroupMembersRemoved e => e.UserIds,
                GroupDeleted e => before.In(e.GroupId),
                _ => before.Members.Keys.Union(after.Members.Keys, StringComparer.Ordinal),
            };

    private static IEnumerable<string> Grants(OrgState state, ImmutableArray<RoleGrant>? grants) =>
        grants is { IsDefault: false } some
            ? some.Select(grant => $"{Named(grant.Role, state.FindRole(grant.Role)?.Name)} on {grant.Racks}")
            : [];

    private static IEnumerable<string> Groups(OrgState state, OrgMember? member) =>
        member is { Groups.IsDefault: false }
            ? member.Groups.Select(id => Named(id, state.Groups.GetValueOrDefault(id)?.Name))
            : [];

    private static string Named(string id, string? name) => name is null || name == id ? id : $"{name} ({id})";
}
