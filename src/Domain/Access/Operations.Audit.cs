namespace Palisade.Domain.Access;

public static partial class Operations
{
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
    public static readonly Operation AuditHold = OrgWrite(
        ResourceType.AuditLogs,
        "audit.hold",
        "Set or lift a legal hold, under which retention erases nothing (console)"
    ) with
    {
        AdminOnly = true,
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
}
