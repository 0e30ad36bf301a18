using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>
/// What one server's local rack has on the machine, seen from outside the product: processes, networks, firewall,
/// addresses, cgroups, mounts, folders.
/// </summary>
internal sealed class Machine
{
    private Machine(string data)
    {
        Folder = Directory.GetDirectories(Path.Combine(data, "racks")).Single();
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Folder)))[..8];
    }

    /// <summary>The rack's folder.</summary>
    public string Folder { get; }

    /// <summary>Names everything that the rack makes on the machine.</summary>
    public string Hash { get; }

    public static Machine Of(ServerProcess server) => new(server.Data);

    /// <summary>Everything that lives in podman, whoever made it: id, state, process id and labels.</summary>
    public IReadOnlyList<PodmanContainer> Containers() =>
        [
            .. JsonNode
                .Parse(Podman("ps", "--all", "--format", "json"))!
                .AsArray()
                .Select(c => new PodmanContainer(
                    (string)c!["Id"]!,
                    (string)c["State"]!,
                    (int)c["Pid"]!,
                    (string?)c["Labels"]?["palisade.process"] ?? "",
                    (string?)c["Labels"]?["palisade.release"] ?? "",
                    (long?)c["StartedAt"] ?? 0
                )),
        ];

    /// <summary>Working containers of builds, too.</summary>
    public int ExternalContainers() =>
        Podman("ps", "--all", "--external", "--filter", "status=unknown", "--format", "{{.ID}}")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Length;

    public IReadOnlyList<string> Images() =>
        [
            .. Podman("images", "--format", "{{.Repository}}:{{.Tag}}")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries),
        ];

    /// <summary>Podman on the rack's store, as an administrator would.</summary>
    public string Podman(params string[] words)
    {
        var environment = new Dictionary<string, string>
        {
            ["CONTAINERS_CONF"] = Path.Combine(Folder, "containers.conf"),
            ["CONTAINERS_STORAGE_CONF"] = Path.Combine(Folder, "storage.conf"),
        };
        return Run("podman", words, environment);
    }

    /// <summary>
    /// Process ids by what their command line holds, among those whose command line or working folder is in the rack's
    /// folder.
    /// </summary>
    public IReadOnlyList<int> Processes(string part) =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(n => int.TryParse(n, CultureInfo.InvariantCulture, out _))
                .Select(n => int.Parse(n!, CultureInfo.InvariantCulture))
                .Where(pid =>
                    CommandLine(pid) is var line
                    && line.Contains(part, StringComparison.Ordinal)
                    && (
                        line.Contains(Folder, StringComparison.Ordinal)
                        || WorkingFolder(pid).StartsWith(Folder, StringComparison.Ordinal)
                    )
                ),
        ];

    private static string WorkingFolder(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // It has just ended.
        }
    }

    public static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // It has just ended.
        }
    }

    /// <summary>Bridges and other interfaces of the rack.</summary>
    public IReadOnlyList<string> Interfaces() =>
        [
            .. Directory
                .GetFileSystemEntries("/sys/class/net")
                .Select(p => Path.GetFileName(p)!)
                .Where(n => n.StartsWith("pl" + Hash[..5], StringComparison.Ordinal)),
        ];

    /// <summary>Firewall lines that name the rack's chains or bridges.</summary>
    public IReadOnlyList<string> FirewallLines() =>
        [
            .. new[] { "iptables-save", "ip6tables-save" }
                .SelectMany(c => Run(c, []).Split('\n'))
                .Where(l =>
                    l.Contains(Hash, StringComparison.OrdinalIgnoreCase)
                    || l.Contains("pl" + Hash[..5], StringComparison.Ordinal)
                ),
        ];

    public IReadOnlyList<string> Namespaces() =>
        Directory.Exists("/run/netns")
            ?
            [
                .. Directory
                    .GetFiles("/run/netns")
                    .Select(p => Path.GetFileName(p)!)
                    .Where(n => n.Contains(Hash, StringComparison.Ordinal)),
            ]
            : [];

    /// <summary>Names of the groups below the rack's cgroup, in any hierarchy.</summary>
    public IReadOnlyList<string> Cgroups() =>
        [
            .. Directory
                .GetDirectories("/sys/fs/cgroup")
                .Append("/sys/fs/cgroup")
                .Select(h => $"{h}/palisade-{Hash}")
                .Where(Directory.Exists)
                .SelectMany(d => Directory.GetDirectories(d))
                .Select(d => Path.GetFileName(d)!)
                .Distinct(),
        ];

    public bool HasCgroup() =>
        Directory
            .GetDirectories("/sys/fs/cgroup")
            .Append("/sys/fs/cgroup")
            .Any(h => Directory.Exists($"{h}/palisade-{Hash}"));

    public IReadOnlyList<string> Mounts() =>
        [
            .. File.ReadAllLines("/proc/self/mounts")
                .Select(l => l.Split(' ')[1])
                .Where(m => m.StartsWith(Folder + "/", StringComparison.Ordinal)),
        ];

    /// <summary>What the rack has chosen for its internal services.</summary>
    public IReadOnlyList<string> InternalAddresses() =>
        [
            .. JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "network.json")))!["Vips"]!
                .AsObject()
                .Select(vip => $"{vip.Value}/32"),
        ];

    /// <summary>Those of the loopback interface, whichever rack of the machine they are of.</summary>
    public static IReadOnlyList<string> LoopbackAddresses() =>
        [
            .. Run("ip", ["-4", "-o", "addr", "show", "dev", "lo"])
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]),
        ];

    /// <summary>What builds have left in the rack's folder.</summary>
    public IReadOnlyList<string> BuildFolders() =>
        [
            .. new[] { "sources", "builds" }
                .Select(n => Path.Combine(Folder, n))
                .Where(Directory.Exists)
                .SelectMany(Directory.GetFileSystemEntries),
        ];

    public static string Run(
        string program,
        IReadOnlyList<string> words,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', words)} ended with {process.ExitCode}: {error.Result}"
            );
    }
}
