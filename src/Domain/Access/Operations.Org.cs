namespace Palisade.Domain.Access;

public static partial class Operations
{
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
