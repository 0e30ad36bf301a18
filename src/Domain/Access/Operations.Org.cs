namespace Palisade.Domain.Access;

public static partial class Operations
{
    // Jobs (named by the app that they work on, when there is one)
    public static readonly Operation JobList = OrgRead(ResourceType.Jobs, "job.list", "List jobs (console)") with
    {
        Lists = true,
    };
    public static readonly Operation JobGet = OrgRead(
        ResourceType.Jobs,
        "job.get",
        "See a job, its steps and last error (console)"
    );
    public static readonly Operation JobCancel = OrgWrite(ResourceType.Jobs, "job.cancel", "Cancel a job (console)");
    public static readonly Operation JobRetry = OrgWrite(
        ResourceType.Jobs,
        "job.retry",
        "Run a dead job again (console)"
    );

    // Workflows
    public static readonly Operation WorkflowList = OrgRead(
        ResourceType.Workflows,
        "workflow.list",
        "List workflows: GET /racks/{org}/{rack}/workflows"
    ) with
    {
        Lists = true,
    };
    public static readonly Operation WorkflowRun = OrgWrite(
        ResourceType.Workflows,
        "workflow.run",
        "Run a workflow: POST /racks/{org}/{rack}/workflows/{id}/run"
    );
    public static readonly Operation WorkflowUpdate = OrgWrite(
        ResourceType.Workflows,
        "workflow.update",
        "Create, change or delete a workflow (console)"
    );

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

    // Deploy keys
    public static readonly Operation KeyList = OrgRead(
        ResourceType.DeployKeys,
        "key.list",
        "List deploy keys (console)"
    ) with
    {
        Lists = true,
    };
    public static readonly Operation KeyGet = OrgRead(
        ResourceType.DeployKeys,
        "key.get",
        "See a deploy key, its limits and last use (console)"
    );
    public static readonly Operation KeyCreate = OrgWrite(
        ResourceType.DeployKeys,
        "key.create",
        "Create a deploy key (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation KeyUpdate = OrgWrite(
        ResourceType.DeployKeys,
        "key.update",
        "Change a deploy key's roles or limits (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation KeyRoll = OrgWrite(
        ResourceType.DeployKeys,
        "key.roll",
        "Give a deploy key a new secret (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation KeyDelete = OrgWrite(
        ResourceType.DeployKeys,
        "key.delete",
        "Delete a deploy key (console)"
    );
    public static readonly Operation KeyReport = OrgWrite(
        ResourceType.DeployKeys,
        "key.report",
        "Revoke a deploy key as leaked: POST /api/v1/keys/report with its secret, or from the console"
    );

    // Audit
    public static readonly Operation AuditRead = OrgRead(
        ResourceType.AuditLogs,
        "audit.read",
        "Read and verify audit records (console)"
    );
    public static readonly Operation AuditExport = OrgRead(
        ResourceType.AuditLogs,
        "audit.export",
        "Export audit records (console)"
    );
    public static readonly Operation AuditSettings = OrgWrite(
        ResourceType.AuditLogs,
        "audit.settings",
        "Change retention (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation SinkList = OrgRead(
        ResourceType.AuditLogs,
        "sink.list",
        "See where audit records are delivered, and how far (console)"
    );
    public static readonly Operation SinkCreate = OrgWrite(
        ResourceType.AuditLogs,
        "sink.create",
        "Have audit records delivered to a webhook (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation SinkUpdate = OrgWrite(
        ResourceType.AuditLogs,
        "sink.update",
        "Rename a webhook of audit records, lead it elsewhere, pause or resume it (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation SinkRoll = OrgWrite(
        ResourceType.AuditLogs,
        "sink.roll",
        "Give a webhook of audit records a new secret (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation SinkDelete = OrgWrite(
        ResourceType.AuditLogs,
        "sink.delete",
        "Delete a webhook of audit records (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation SinkTest = OrgWrite(
        ResourceType.AuditLogs,
        "sink.test",
        "Send a webhook of audit records a delivery without records (console)"
    );

    // The organization
    public static readonly Operation OrgGet = OrgRead(
        ResourceType.OrganizationSettings,
        "org.get",
        "See the organization's settings (console)"
    );
    public static readonly Operation OrgUpdate = OrgWrite(
        ResourceType.OrganizationSettings,
        "org.update",
        "Change the organization's settings (console)"
    ) with
    {
        StepUp = true,
    };

    public static readonly Operation OrgTransfer = OrgWrite(
        ResourceType.OrganizationSettings,
        "org.transfer",
        "Hand the organization to another (console)"
    ) with
    {
        AdminOnly = true,
        StepUp = true,
    };

    public static readonly Operation OrgDelete = OrgWrite(
        ResourceType.OrganizationSettings,
        "org.delete",
        "Delete the organization (console)"
    ) with
    {
        AdminOnly = true,
        StepUp = true,
    };

    public static readonly Operation SigningRotate = OrgWrite(
        ResourceType.OrganizationSettings,
        "signing.rotate",
        "Rotate the key that signs checkpoints (console)"
    ) with
    {
        AdminOnly = true,
        StepUp = true,
    };

    public static readonly Operation DashboardView = OrgRead(
        ResourceType.Dashboard,
        "dashboard.view",
        "See the dashboard, each item decided by itself (console)"
    );
    public static readonly Operation IntegrationList = OrgRead(
        ResourceType.Integrations,
        "integration.list",
        "List integrations (console)"
    );
    public static readonly Operation IntegrationUpdate = OrgWrite(
        ResourceType.Integrations,
        "integration.update",
        "Create, change or delete an integration (console)"
    );
    public static readonly Operation BillingView = OrgRead(
        ResourceType.Billing,
        "billing.view",
        "See usage and what this installation has of billing (console)"
    );

    public static readonly Operation BillingUpdate = OrgWrite(
        ResourceType.Billing,
        "billing.update",
        "Change billing (console)"
    ) with
    {
        AdminOnly = true,
    };

    public static readonly Operation BudgetSet = OrgWrite(
        ResourceType.Billing,
        "budget.set",
        "Set budget caps (console)"
    ) with
    {
        AdminOnly = true,
    };

    public static readonly Operation SupportView = OrgRead(
        ResourceType.Support,
        "support.view",
        "See how to get help (console)"
    );
}
