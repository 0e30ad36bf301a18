using System.Globalization;

namespace Palisade.Racks.Local.Engine;

/// <summary>
/// The configuration of a rack's private container service (settings measured in design/local-containers.md).
/// Everything lies in the rack's folder, so that no engine of the user's is seen or touched.
/// </summary>
public sealed class EngineFiles(RackFolder folder)
{
    // podman lowers its own limit of processes to this, and nothing below it can have more.
    private const long MaxUlimit = 32768;

    public string ContainersConf => folder.File("containers.conf");

    public string StorageConf => folder.File("storage.conf");

    public string RegistriesConf => folder.File("registries.conf");

    public string PolicyJson => folder.File("policy.json");

    public string GraphRoot => folder.File("graphroot");

    public string Log => folder.File("engine.log");

    /// <summary>Limits of open files and of processes for each container, in podman's form.</summary>
    public static IReadOnlyList<string> Ulimits { get; } =
    [Ulimit("nofile", "Max open files"), Ulimit("nproc", "Max processes")];

    /// <summary>What podman must have in its environment to use these files.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>
        {
            ["CONTAINERS_CONF"] = ContainersConf,
            ["CONTAINERS_STORAGE_CONF"] = StorageConf,
            ["CONTAINERS_REGISTRIES_CONF"] = RegistriesConf,
            ["TMPDIR"] = folder.File("tmp"),
        };

    /// <summary>Writes all files for a storage driver (<c>overlay</c> or <c>vfs</c>).</summary>
    public void Write(string driver, string runtimePath, string? initPath)
    {
        folder.Create();
        RackFolder.CreateOwnerOnly(folder.File("networks"));
        RackFolder.CreateOwnerOnly(folder.File("tmp"));
        var runtime = Path.GetFileName(runtimePath);
        var dir = folder.Path;

        // lock_type: the default is one shared-memory segment of 2048 locks for every store of the machine.
        // exit_command_delay: each exec keeps two processes for this long after its end; the default is 300 s.
        Put(
            ContainersConf,
            $"""
            [containers]
            default_ulimits = ["{Ulimits[0]}", "{Ulimits[1]}"]
            log_driver = "k8s-file"
            cgroups = "enabled"
            {(initPath is null ? "" : $"init_path = \"{initPath}\"")}
            [engine]
            runtime = "{runtime}"
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            lock_type = "file"
            exit_command_delay = 10
            image_copy_tmp_dir = "{dir}/tmp"
            tmp_dir = "{dir}/tmp"
            static_dir = "{dir}/graphroot/libpod"
            volume_path = "{dir}/graphroot/volumes"
            {(initPath is null ? "" : $"init_path = \"{initPath}\"")}
            [engine.runtimes]
            {runtime} = ["{runtimePath}"]
            [network]
            network_backend = "netavark"
            network_config_dir = "{dir}/networks"

            """
        );
        Put(
            StorageConf,
            $"""
            [storage]
            driver = "{driver}"
            runroot = "{dir}/runroot"
            graphroot = "{dir}/graphroot"

            """
        );
        Put(
            RegistriesConf,
            """
            unqualified-search-registries = ["docker.io"]
            short-name-mode = "permissive"

            """
        );
        Put(PolicyJson, """{"default":[{"type":"insecureAcceptAnything"}]}""");
    }

    /// <summary>
    /// At most what this process may have: without CAP_SYS_RESOURCE a runtime can't raise a limit, and nothing would
    /// start.
    /// </summary>
    private static string Ulimit(string name, string row)
    {
        var hard = File.ReadLines("/proc/self/limits")
            .Where(l => l.StartsWith(row, StringComparison.Ordinal))
            .Select(l => l[row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
            .FirstOrDefault("unlimited");
        var value = long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? Math.Min(limit, MaxUlimit)
            : MaxUlimit;
        return string.Create(CultureInfo.InvariantCulture, $"{name}={value}:{value}");
    }

    private static void Put(string path, string text)
    {
        // Replaced in one step: a build may read it at this moment.
        var temporary = path + ".new";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
    }
}
