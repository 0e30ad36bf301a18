using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Orgs;

/// <summary>Refusals of organizations, their members, groups and roles.</summary>
internal static class OrgProblems
{
    private const string AskAgain = "ask for a new one";

    public static Problem NotFound(string org) =>
        new NotFound("org.not_found", $"no such organization: {Printable.Of(org)}");

    public static Problem NameInvalid(string name) =>
        new Invalid("org.name_invalid", $"{Printable.Of(name)} is not an organization's name")
        {
            Suggestion = $"use {Names.Rule}",
        };

    public static Problem Exists(string org) => new Conflict("org.exists", $"organization {org} already exists");

    public static Problem NotMember(string userId) =>
        new NotFound("member.not_found", $"{Printable.Of(userId)} is no member");

    public static Problem RolesStale =>
        new Conflict("member.roles_stale", "their roles were changed by somebody else since you began")
        {
            Suggestion = "read them again, and change what they are now",
        };

    public static Problem StillMember =>
        new Conflict("member.still_here", "only who is no member any more is erased from the log")
        {
            Suggestion = "remove the member first",
        };

    public static Problem AlreadyMember(string userId) =>
        new Conflict("member.exists", $"{Printable.Of(userId)} is a member already")
        {
            Suggestion = "change the member's roles instead",
        };

    public static Problem UserInvalid => new Invalid("member.user_invalid", "it must be said who is to be a member");

    /// <summary>Null: one more may join.</summary>
    public static Problem? TooManyMembers(OrgState state)
    {
        var most = state.Quotas.Members ?? OrgState.MaxMembers;
        return state.Members.Count >= most
            ? new Exhausted("org.too_many_members", $"this organization has at most {most} members")
            : null;
    }

    public static Problem RolesMissing(int atLeast) =>
        new Invalid(
            "member.roles_missing",
            $"there are {atLeast} to {OrgMember.MaxRoles} roles, each given once for the same racks"
        )
        {
            Suggestion = atLeast > 0 ? "choose at least one role" : "give each role once",
        };

    public static Problem LastAdministrator =>
        new Conflict("org.last_administrator", "the last Administrator can be neither removed nor demoted")
        {
            Suggestion = "make somebody else Administrator first",
        };

    public static Problem Self => new Conflict("member.self", "one's own credentials are reset under Account");

    public static Problem InviteNotFound => new NotFound("invite.not_found", "no such invite");

    public static Problem InviteExpired =>
        new Conflict("invite.expired", "this invite has expired") { Suggestion = AskAgain };

    public static Problem InviteVoid =>
        new Conflict("invite.void", "whoever sent this invite may no longer give what it promises")
        {
            Suggestion = AskAgain,
        };

    public static Problem InviteOtherAddress =>
        new Conflict("invite.other_address", "this invite is for another address than your account's")
        {
            Suggestion = "sign in with the account that it was sent to, or ask for one for your address",
        };

    public static Problem InviteExists =>
        new Conflict("invite.exists", "this address has an invite already")
        {
            Suggestion = "send it again, or revoke it first",
        };

    public static Problem TooManyInvites =>
        new Exhausted("org.too_many_invites", $"at most {OrgInvites.MaxPending} invites wait at a time")
        {
            Suggestion = "revoke some first",
        };

    public static Problem RoleUnknown(string? role) =>
        new Invalid("role.unknown", $"no role is called {Printable.Of(role)}");

    public static Problem RoleNotFound(string id) =>
        new NotFound("role.not_found", $"no such role: {Printable.Of(id)}");

    public static Problem RoleBuiltIn(string id) =>
        new Conflict("role.built_in", $"{id} is built in and can't be changed")
        {
            Suggestion = "clone it under another name",
        };

    public static Problem RoleStale(string name) =>
        new Conflict("role.stale", $"role {name} was changed by somebody else since you began")
        {
            Suggestion = "look at what it is now, and save again",
        };

    public static Problem GroupRolesStale(string name) =>
        new Conflict("group.roles_stale", $"the roles of group {name} were changed by somebody else since you began")
        {
            Suggestion = "read them again, and change what they are now",
        };

    public static Problem RoleNameTaken(string name) =>
        new Conflict("role.name_taken", $"a role is called {Printable.Of(name)} already");

    public static Problem RoleInUse(string name, int members, int groups) =>
        new Conflict("role.in_use", $"role {name} is held by {Count(members, "member")} and {Count(groups, "group")}")
        {
            Suggestion = "take it from them first",
        };

    public static Problem TooManyRoles =>
        new Exhausted("org.too_many_roles", $"an organization has at most {OrgState.MaxRoles} roles of its own");

    public static Problem GroupNotFound(string id) =>
        new NotFound("group.not_found", $"no such group: {Printable.Of(id)}");

    public static Problem GroupNameInvalid(string name) =>
        new Invalid("group.bad_name", $"{Printable.Of(name)} is not a group's name")
        {
            Suggestion = $"use {RoleRules.NameRule}",
        };

    public static Problem GroupNameTaken(string name) =>
        new Conflict("group.name_taken", $"a group is called {Printable.Of(name)} already");

    public static Problem TooManyGroups =>
        new Exhausted("org.too_many_groups", $"an organization has at most {OrgState.MaxGroups} groups");

    public static Problem NobodyNamed =>
        new Invalid("group.members_missing", $"it must be said who, 1 to {OrgGroups.MaxAtOnce} members at once");

    public static Problem InTooManyGroups(string userId) =>
        new Exhausted(
            "member.too_many_groups",
            $"{Printable.Of(userId)} is in {OrgMember.MaxGroups} groups, the most that a member can be in"
        );

    private static string Count(int n, string what) => $"{n} {what}{(n == 1 ? "" : "s")}";
}
