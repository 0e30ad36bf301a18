namespace Palisade.Domain.Access;

public static partial class Operations
{
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
}
