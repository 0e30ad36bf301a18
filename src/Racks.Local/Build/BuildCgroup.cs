using System.Globalization;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Build;

/// <summary>
/// The cgroup of one build: the builder in <c>self</c>, its RUN steps in <c>run</c>, the limits on the parent of both
/// (the runtime deletes and makes <c>run</c> anew at each step, with whatever was set on it). Works on cgroup v1 and
/// v2.
/// </summary>
internal sealed class BuildCgroup
{
    private const string Root = "/sys/fs/cgroup";
    private const string Prefix = "build-";

    private static readonly string[] Controllers = ["memory", "pids", "cpu"];

    private readonly string _rack;

    public BuildCgroup(RackFolder folder, string slot)
    {
        _rack = RackCgroup.PathOf(folder).TrimStart('/');
        Parent = $"{RackCgroup.PathOf(folder)}/{Prefix}{slot}";
    }

    /// <summary>Those of earlier builds of this rack that are still there.</summary>
    public static IReadOnlyCollection<BuildCgroup> Left(RackFolder folder) =>
        [
            .. (IsV2 ? [Root] : Directory.GetDirectories(Root))
                .Select(h => h + RackCgroup.PathOf(folder))
                .Where(Directory.Exists)
                .SelectMany(d => Directory.EnumerateDirectories(d, Prefix + "*"))
                .Select(d => Path.GetFileName(d)[Prefix.Length..])
                .Distinct()
                .Select(slot => new BuildCgroup(folder, slot)),
        ];

    public string Parent { get; }

    /// <summary>What the builder is told as its parent for RUN steps.</summary>
    public string RunPath => Parent + "/run";

    private static bool IsV2 => File.Exists(Root + "/cgroup.controllers");

    private static IEnumerable<string> Hierarchies =>
        IsV2 ? [Root] : Controllers.Select(c => $"{Root}/{c}").Where(Directory.Exists);

    /// <summary>
    /// Makes the groups with their limits and gives the files that the builder writes its process id to.
    /// </summary>
    public IReadOnlyList<string> Create(BuildLimits limits)
    {
        foreach (var hierarchy in Hierarchies)
        {
            Directory.CreateDirectory($"{hierarchy}{Parent}");
            if (IsV2)
            {
                foreach (var level in new[] { "", $"/{_rack}", Parent })
                {
                    File.WriteAllText($"{Root}{level}/cgroup.subtree_control", "+memory +pids +cpu");
                }
            }

            Directory.CreateDirectory($"{hierarchy}{Parent}/self");
        }

        var memory = limits.MemoryBytes.ToString(CultureInfo.InvariantCulture);
        var cpu = limits.MilliCpu == 0 ? null : (limits.MilliCpu * 100).ToString(CultureInfo.InvariantCulture);
        var pids = limits.Pids.ToString(CultureInfo.InvariantCulture);
        if (IsV2)
        {
            Set("", "memory.max", memory);
            Set("", "memory.swap.max", "0", optional: true);
            Set("", "pids.max", pids);
            Set("", "cpu.max", cpu is null ? "max" : $"{cpu} 100000");
        }
        else
        {
            Set("/memory", "memory.limit_in_bytes", memory);
            Set("/memory", "memory.memsw.limit_in_bytes", memory, optional: true);
            Set("/pids", "pids.max", pids);
            Set("/cpu", "cpu.cfs_quota_us", cpu ?? "-1");
        }

        return [.. Hierarchies.Select(h => $"{h}{Parent}/self/cgroup.procs")];
    }

    /// <summary>Kills every process of the build, however deep it hid, until none is left.</summary>
    public async Task KillAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 500; i++)
        {
            var pids = Pids().ToList();
            if (pids.Count == 0)
            {
                return;
            }

            foreach (var pid in pids)
            {
                _ = Native.Kill(pid, (int)UnixSignal.Kill);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellationToken).ConfigureAwait(false);
        }

        throw new EngineException(0, "Processes of a build cannot be ended.");
    }

    /// <summary>Whether the kernel killed a process of this build for lack of memory.</summary>
    public bool RanOutOfMemory() => OomEvidence.WasKilled($"oom_memcg={Parent}");

    /// <summary>Removes the groups from every hierarchy (the runtime made some in others).</summary>
    public void Remove()
    {
        foreach (var hierarchy in IsV2 ? [Root] : Directory.GetDirectories(Root))
        {
            foreach (var path in new[] { $"{hierarchy}{RunPath}", $"{hierarchy}{Parent}/self", $"{hierarchy}{Parent}" })
            {
                // One with a process on its way out stays, empty and harmless, until the rack is cleaned.
                _ = Native.RemoveDirectory(path);
            }
        }
    }

    private IEnumerable<int> Pids() =>
        Hierarchies
            .Select(h => $"{h}{Parent}")
            .Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateDirectories(d, "*", SearchOption.AllDirectories).Append(d))
            .SelectMany(Lines)
            .Select(l => int.Parse(l, CultureInfo.InvariantCulture))
            .Where(p => ProcessIdentity.Of(p) is not null)
            .Distinct();

    private static string[] Lines(string group)
    {
        try
        {
            return File.ReadAllLines(group + "/cgroup.procs");
        }
        catch (IOException)
        {
            return []; // The group went away between the listing and the read.
        }
    }

    private void Set(string controller, string file, string value, bool optional = false)
    {
        var path = $"{Root}{controller}{Parent}/{file}";
        if (!optional || File.Exists(path))
        {
            File.WriteAllText(path, value);
        }
    }
}
