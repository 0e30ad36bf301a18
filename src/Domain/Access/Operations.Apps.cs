namespace Palisade.Domain.Access;

public static partial class Operations
{
    // Apps
    public static readonly Operation AppList = Read(
        ResourceType.Application,
        OperationScope.Rack,
        "app.list",
        "List the apps of a rack: GET /apps"
    ) with
    {
        Lists = true,
    };

    public static readonly Operation AppCreate = AppWrite("app.create", "Create an app: POST /apps");
    public static readonly Operation AppGet = AppRead(
        "app.get",
        "See an app, its status and parameters: GET /apps/{app}"
    );
    public static readonly Operation AppUpdate = AppWrite(
        "app.update",
        "Lock, unlock or set parameters: PUT /apps/{app}, PUT /apps/{app}/ssl/{service}/{port}"
    );
    public static readonly Operation AppDelete = AppWrite(
        "app.delete",
        "Delete an app and all it has: DELETE /apps/{app}"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation AppCancel = AppWrite(
        "app.cancel",
        "Cancel the running update: POST /apps/{app}/cancel"
    );
    public static readonly Operation AppLogs = AppRead(
        "app.logs",
        "Read or follow an app's logs: SOCKET /apps/{app}/logs"
    );
    public static readonly Operation AppMetrics = AppRead(
        "app.metrics",
        "Read metrics and the budget: GET /apps/{app}/metrics, /apps/{app}/budget, /apps/{app}/services/{service}/metrics"
    );

    // Environment (security.md S19: a read shows names and keep-tokens, a reveal shows values)
    public static readonly Operation AppEnvGet = AppRead(
        "app.env.get",
        "See the names of environment variables, values masked: GET /apps/{app}/releases/{id} without reveal, GET /apps/{app}/configs"
    );

    public static readonly Operation AppEnvReveal = AppWrite(
        "app.env.reveal",
        "See environment values in clear: env of GET /apps/{app}/releases and /releases/{id}"
    ) with
    {
        Reveal = true,
    };

    public static readonly Operation AppEnvSet = AppWrite(
        "app.env.set",
        "Set the environment in a new release: POST /apps/{app}/releases with env alone"
    );

    // Objects
    public static readonly Operation SourceUpload = AppWrite(
        "source.upload",
        "Upload a source archive for a build: POST /apps/{app}/objects/tmp/{key}, or without a key"
    );
    public static readonly Operation ObjectPut = AppWrite(
        "object.put",
        "Store any other object: POST /apps/{app}/objects/{key}"
    );
    public static readonly Operation ObjectGet = AppRead(
        "object.get",
        "Fetch an object: GET and HEAD /apps/{app}/objects/{key}"
    );
    public static readonly Operation ObjectDelete = AppWrite(
        "object.delete",
        "Delete an object: DELETE /apps/{app}/objects/{key}"
    );
    public static readonly Operation ObjectList = AppRead("object.list", "List objects: GET /apps/{app}/objects");

    // Builds
    public static readonly Operation BuildCreate = AppWrite(
        "build.create",
        "Build from source: POST /apps/{app}/builds"
    );
    public static readonly Operation BuildGet = AppRead("build.get", "See a build: GET /apps/{app}/builds/{id}");
    public static readonly Operation BuildList = AppRead("build.list", "List builds: GET /apps/{app}/builds");
    public static readonly Operation BuildLogs = AppRead(
        "build.logs",
        "Read or follow a build's log: SOCKET /apps/{app}/builds/{id}/logs"
    );
    public static readonly Operation BuildExport = AppRead(
        "build.export",
        "Download a build with its images: GET /apps/{app}/builds/{id}.tgz"
    );
    public static readonly Operation BuildImport = AppWrite(
        "build.import",
        "Upload an exported build: POST /apps/{app}/builds/import"
    );
    public static readonly Operation BuildImageImport = AppWrite(
        "build.image.import",
        "Upload an image into a build: POST /apps/{app}/builds/{id}/image"
    );
    public static readonly Operation BuildUpdate = AppWrite(
        "build.update",
        "Report on an external build: PUT /apps/{app}/builds/{id}"
    );
    public static readonly Operation BuildCancel = AppWrite("build.cancel", "Stop a running build (console)");

    // Releases
    public static readonly Operation ReleaseCreate = AppWrite(
        "release.create",
        "Create a release from a build or with a description of one's own: POST /apps/{app}/releases with build or description"
    );
    public static readonly Operation ReleaseGet = AppRead(
        "release.get",
        "See a release, environment masked: GET /apps/{app}/releases/{id}"
    );
    public static readonly Operation ReleaseList = AppRead(
        "release.list",
        "List releases, environment masked: GET /apps/{app}/releases"
    );
    public static readonly Operation ReleasePromote = AppWrite(
        "release.promote",
        "Make a release the running one: POST /apps/{app}/releases/{id}/promote"
    );
    public static readonly Operation ReleaseRollback = AppWrite(
        "release.rollback",
        "Make an earlier release run again, as a new release: POST /apps/{app}/releases for one that was promoted before (console)"
    );

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
