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
}
