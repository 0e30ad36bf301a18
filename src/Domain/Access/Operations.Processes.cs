namespace Palisade.Domain.Access;

public static partial class Operations
{
    // Services and processes
    public static readonly Operation ServiceList = AppRead("service.list", "List services: GET /apps/{app}/services");
    public static readonly Operation ServiceScale = AppWrite(
        "service.scale",
        "Set count, cpu or memory: PUT /apps/{app}/services/{service}"
    );
    public static readonly Operation ServiceRestart = AppWrite(
        "service.restart",
        "Restart a service: POST /apps/{app}/services/{service}/restart"
    );
    public static readonly Operation BalancerList = AppRead(
        "balancer.list",
        "List balancers: GET /apps/{app}/balancers"
    );
    public static readonly Operation ProcessList = AppRead("process.list", "List processes: GET /apps/{app}/processes");
    public static readonly Operation ProcessGet = AppRead(
        "process.get",
        "See a process: GET /apps/{app}/processes/{pid}"
    );
    public static readonly Operation ProcessLogs = AppRead(
        "process.logs",
        "Read or follow a process's logs: SOCKET /apps/{app}/processes/{pid}/logs"
    );
    public static readonly Operation ProcessStop = AppWrite(
        "process.stop",
        "Stop a process: DELETE /apps/{app}/processes/{pid}"
    );

    public static readonly Operation ProcessRun = AppWrite(
        "process.run",
        "Run a one-off command: POST /apps/{app}/services/{service}/processes"
    ) with
    {
        Enters = true,
    };

    public static readonly Operation ProcessRunPrivileged = AppWrite(
        "process.run.privileged",
        "Run with Privileged, Volumes or a foreign image, where the operator opened the rack (S24): the same endpoint with those headers"
    ) with
    {
        Enters = true,
        AdminOnly = true,
    };

    // One's own one-off processes: whoever may start them is not for that reason let into others (convox-wire.md 7).
    public static readonly Operation ProcessRunGet = AppRead(
        "process.run.get",
        "See a one-off process that one started: GET /apps/{app}/processes/{pid} of such a one"
    );

    public static readonly Operation ProcessRunStop = AppWrite(
        "process.run.stop",
        "Stop a one-off process that one started: DELETE /apps/{app}/processes/{pid} of such a one"
    );

    public static readonly Operation ProcessRunExec = AppWrite(
        "process.run.exec",
        "Run a command inside a one-off process that one started: SOCKET /apps/{app}/processes/{pid}/exec of such a one"
    ) with
    {
        Enters = true,
    };

    public static readonly Operation AppExec = AppWrite(
        "app.exec",
        "Run a command inside a running process: SOCKET /apps/{app}/processes/{pid}/exec"
    ) with
    {
        Enters = true,
    };

    public static readonly Operation AppFilesGet = AppWrite(
        "app.files.get",
        "Copy files out of a process: GET /apps/{app}/processes/{pid}/files"
    ) with
    {
        Enters = true,
        Reveal = true,
    };

    public static readonly Operation AppFilesPut = AppWrite(
        "app.files.put",
        "Copy files into a process or delete them: POST and DELETE /apps/{app}/processes/{pid}/files"
    ) with
    {
        Enters = true,
    };

    public static readonly Operation AppProxy = AppWrite(
        "app.proxy",
        "Open a connection to a service or resource of an app: SOCKET /proxy/{host}/{port}, resolved to its app"
    ) with
    {
        Enters = true,
    };

    // Resources of an app
    public static readonly Operation ResourceList = AppRead(
        "resource.list",
        "List an app's resources, credentials masked: GET /apps/{app}/resources"
    );
    public static readonly Operation ResourceGet = AppRead(
        "resource.get",
        "See a resource, credentials masked: GET /apps/{app}/resources/{name}"
    );

    public static readonly Operation ResourceReveal = AppWrite(
        "resource.reveal",
        "See a resource's URL with its password: url of GET /apps/{app}/resources"
    ) with
    {
        Reveal = true,
    };

    public static readonly Operation ResourceExport = AppWrite(
        "resource.export",
        "Dump a resource's data: GET /apps/{app}/resources/{name}/data"
    ) with
    {
        Reveal = true,
    };

    public static readonly Operation ResourceImport = AppWrite(
        "resource.import",
        "Load data into a resource: PUT /apps/{app}/resources/{name}/data"
    );

    public static readonly Operation ResourceConsole = AppWrite(
        "resource.console",
        "Open a resource's console: SOCKET /apps/{app}/resources/{name}/console"
    ) with
    {
        Enters = true,
        Reveal = true,
    };

    // Sessions kept of exec and run
    public static readonly Operation RecordingRead = AppWrite(
        "recording.read",
        "Replay another person's recorded session (console)"
    ) with
    {
        AdminOnly = true,
        Reveal = true,
    };
}
