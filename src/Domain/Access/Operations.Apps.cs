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
}
