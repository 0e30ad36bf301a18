namespace Palisade.Domain.Access;

public static partial class Operations
{
    // People
    public static readonly Operation MemberList = OrgRead(
        ResourceType.Users,
        "member.list",
        "List members and their roles (console)"
    );
    public static readonly Operation MemberAdd = OrgWrite(
        ResourceType.Users,
        "member.add",
        "Add somebody who has an account, with roles and racks (provisioning)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation MemberRolesSet = OrgWrite(
        ResourceType.Users,
        "member.roles.set",
        "Change a member's roles and racks (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation MemberRemove = OrgWrite(
        ResourceType.Users,
        "member.remove",
        "Remove a member (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation MemberErase = OrgWrite(
        ResourceType.Users,
        "member.erase",
        "Erase for good what the organization's log says of a former member's name, addresses and clients (console)"
    ) with
    {
        AdminOnly = true,
        StepUp = true,
    };
    public static readonly Operation MemberReset = OrgWrite(
        ResourceType.Users,
        "member.reset",
        "Reset another member's credentials (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation MemberCredentials = OrgRead(
        ResourceType.Users,
        "member.credentials",
        "See every credential that a member made or was shown (console)"
    );
    public static readonly Operation InviteList = OrgRead(ResourceType.Users, "invite.list", "List invites (console)");
    public static readonly Operation InvitePreview = OrgWrite(
        ResourceType.Users,
        "invite.preview",
        "See what roles would let a new member do, before inviting (console)"
    );
    public static readonly Operation InviteCreate = OrgWrite(
        ResourceType.Users,
        "invite.create",
        "Invite somebody with roles and racks, or send it again (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation InviteRevoke = OrgWrite(
        ResourceType.Users,
        "invite.revoke",
        "Revoke an invite (console)"
    );

    // Groups of members
    public static readonly Operation GroupList = OrgRead(
        ResourceType.Users,
        "group.list",
        "List groups, their roles and members (console)"
    );
    public static readonly Operation GroupCreate = OrgWrite(
        ResourceType.Users,
        "group.create",
        "Create a group with roles and racks (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation GroupUpdate = OrgWrite(
        ResourceType.Users,
        "group.update",
        "Rename a group (console)"
    );
    public static readonly Operation GroupDelete = OrgWrite(
        ResourceType.Users,
        "group.delete",
        "Delete a group (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation GroupRolesSet = OrgWrite(
        ResourceType.Users,
        "group.roles.set",
        "Change a group's roles and racks (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation GroupMemberAdd = OrgWrite(
        ResourceType.Users,
        "group.member.add",
        "Put members into a group (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation GroupMemberRemove = OrgWrite(
        ResourceType.Users,
        "group.member.remove",
        "Take members out of a group (console)"
    ) with
    {
        StepUp = true,
    };

    // Roles and their explanations
    public static readonly Operation RoleList = OrgRead(
        ResourceType.Roles,
        "role.list",
        "List roles and their policies, and export them as text (console)"
    );
    public static readonly Operation RoleCreate = OrgWrite(
        ResourceType.Roles,
        "role.create",
        "Create or clone a role (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation RoleUpdate = OrgWrite(
        ResourceType.Roles,
        "role.update",
        "Change a role (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation RoleDelete = OrgWrite(
        ResourceType.Roles,
        "role.delete",
        "Delete a role (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation AccessExplain = OrgRead(
        ResourceType.Roles,
        "access.explain",
        "See why another's request was decided so, who can, what if (console)"
    );

    public static readonly Operation AccessApply = OrgWrite(
        ResourceType.Roles,
        "access.apply",
        "Apply a document of roles, groups and assignments; each step needs its own operation as well (console)"
    ) with
    {
        StepUp = true,
    };
}
