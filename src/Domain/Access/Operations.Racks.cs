namespace Palisade.Domain.Access;

public static partial class Operations
{
    public static readonly Operation RackList = Read(
        ResourceType.Racks,
        OperationScope.Org,
        "rack.list",
        "List the racks of an organization: GET /racks"
    ) with
    {
        Lists = true,
    };

    public static readonly Operation RackGet = RackRead(
        "rack.get",
        "See a rack, its status and version: GET /system, each item of GET /racks"
    );
    public static readonly Operation RackParamsGet = RackRead(
        "rack.params.get",
        "See how a rack is set up: GET /racks/{org}/{rack}, /host, and parameters of GET /system"
    );
    public static readonly Operation RackCreate = RackWrite(
        "rack.create",
        "Install or register a rack: POST /racks, POST /racks/{org}/{rack}/install"
    );
    public static readonly Operation RackUpdate = RackWrite(
        "rack.update",
        "Change a rack's version: PUT /system with version, PUT /racks/{org}/{rack}, POST /racks/{org}/{rack}/sync"
    );
    public static readonly Operation RackParamsSet = RackWrite(
        "rack.params.set",
        "Set parameters, count or type: PUT /system with parameters, count or type, PUT /racks/{org}/{rack} with params"
    );
    public static readonly Operation RackEnvironmentSet = RackWrite(
        "rack.environment.set",
        "Change a rack's environment label (console)"
    );
    public static readonly Operation RackDelete = RackWrite(
        "rack.delete",
        "Uninstall or let go of a rack: DELETE /racks/{org}/{rack}"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation RackLogs = RackRead(
        "rack.logs",
        "Read or follow the rack's own logs: SOCKET /system/logs"
    );
    public static readonly Operation RackProcesses = RackRead(
        "rack.processes",
        "List the rack's processes; with all=true those of the apps that the caller may see: GET /system/processes"
    );
    public static readonly Operation RackReleases = RackRead(
        "rack.releases",
        "List versions the rack had: GET /system/releases"
    );
    public static readonly Operation RackMetrics = RackRead(
        "rack.metrics",
        "Read metrics and capacity: GET /system/metrics, GET /system/capacity"
    );
    public static readonly Operation RackRuntimes = RackRead(
        "rack.runtimes",
        "List what a rack can run on: GET /racks/{org}/{rack}/runtimes, GET /organizations/{org}/runtimes per rack"
    );
    public static readonly Operation RackRuntimeSet = RackWrite(
        "rack.runtime.set",
        "Attach a runtime: PUT /racks/{org}/{rack}/runtimes"
    );

    public static readonly Operation RackAccess = RackWrite(
        "rack.access",
        "Issue a rack API password or JWT, off by default (S13): POST /system/jwt/token"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };

    public static readonly Operation RackAccessRotate = RackWrite(
        "rack.access.rotate",
        "Void every rack API password and JWT: PUT /system/jwt/rotate"
    );
    public static readonly Operation RackEventSend = RackWrite(
        "rack.event.send",
        "Report an event of an external build: POST /events"
    );

    public static readonly Operation InstanceList = RackRead("instance.list", "List instances: GET /instances");
    public static readonly Operation InstanceTerminate = RackWrite(
        "instance.terminate",
        "Replace an instance: DELETE /instances/{id}"
    );
    public static readonly Operation InstanceKeyroll = RackWrite(
        "instance.keyroll",
        "Roll the instances' key: POST /instances/keyroll"
    ) with
    {
        Reveal = true,
    };

    public static readonly Operation InstanceShell = RackWrite(
        "instance.shell",
        "Open a shell on an instance: SOCKET /instances/{id}/shell"
    ) with
    {
        AdminOnly = true,
        Enters = true,
    };

    public static readonly Operation RegistryList = RackRead(
        "registry.list",
        "List image registries, passwords masked: GET /registries"
    );
    public static readonly Operation RegistryAdd = RackWrite("registry.add", "Add an image registry: POST /registries");
    public static readonly Operation RegistryRemove = RackWrite(
        "registry.remove",
        "Remove an image registry: DELETE /registries/{server}"
    );

    public static readonly Operation CertList = RackRead("cert.list", "List certificates: GET /certificates");
    public static readonly Operation CertCreate = RackWrite(
        "cert.create",
        "Add, generate or renew a certificate: POST /certificates, /certificates/generate, /certificates/{app}/renew"
    );
    public static readonly Operation CertDelete = RackWrite(
        "cert.delete",
        "Delete a certificate: DELETE /certificates/{id}"
    );
    public static readonly Operation CertConfigGet = RackRead(
        "cert.config.get",
        "See how certificates are issued: GET /letsencrypt/config"
    );
    public static readonly Operation CertConfigSet = RackWrite(
        "cert.config.set",
        "Change how certificates are issued: PUT /letsencrypt/config"
    );

    public static readonly Operation RackResourceList = RackRead(
        "rack.resource.list",
        "List resources of the rack and their types: GET /resources, GET /resources/{name}, OPTIONS /resources"
    );
    public static readonly Operation RackResourceUpdate = RackWrite(
        "rack.resource.update",
        "Create, change, delete, link or unlink a rack resource: POST /resources, PUT and DELETE /resources/{name}, /resources/{name}/links"
    );

    public static readonly Operation KubectlConfig = Read(
        ResourceType.KubectlAccess,
        OperationScope.Rack,
        "kubectl.config",
        "Get kubectl access for a rack: GET of * /kubernetes"
    );
    public static readonly Operation KubectlProxy = Write(
        ResourceType.KubectlAccess,
        OperationScope.Rack,
        "kubectl.proxy",
        "Change things through kubectl: * /kubernetes other than GET"
    );
}
