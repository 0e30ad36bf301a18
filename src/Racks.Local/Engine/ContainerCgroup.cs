using System.Globalization;

namespace Palisade.Racks.Local.Engine;

/// <summary>The kernel's own list of what runs in a container.</summary>
public static class ContainerCgroup
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>All its processes; none when it has ended.</summary>
    /// <param name="containerId">Its full id, which is in the name of its cgroup.</param>
    /// <param name="pid">Its first process.</param>
    public static IReadOnlyList<int> ProcessesOf(string containerId, int pid)
    {
        try
        {
            foreach (var line in File.ReadAllLines($"/proc/{pid}/cgroup"))
            {
                // hierarchy:controllers:path, the controllers empty for cgroup2 (cgroups(7)).
                var parts = line.Split(':', 3);
                var list = $"{Root}/{parts[1].Replace("name=", "", StringComparison.Ordinal)}{parts[2]}/cgroup.procs";
                if (parts[2].Contains(containerId, StringComparison.Ordinal) && File.Exists(list))
                {
                    return [.. File.ReadAllLines(list).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
                }
            }
        }
        catch (IOException)
        {
            return []; // It ended while it was looked at.
        }

        return [];
    }
}
