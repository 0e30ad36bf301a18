using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Engine;

/// <summary>
/// The cgroup below which everything of a rack runs; pass <see cref="PathOf"/> as
/// <see cref="ContainerSpec.CgroupParent"/>.
/// </summary>
public static class RackCgroup
{
    private const string Root = "/sys/fs/cgroup";

    public static string PathOf(RackFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return $"/palisade-{folder.Hash}";
    }

    /// <summary>Removes the rack's empty cgroups from every hierarchy; one that still has a process stays.</summary>
    public static void Remove(RackFolder folder)
    {
        var tops = Directory.Exists(Root) ? Directory.GetDirectories(Root).Append(Root) : [];
        foreach (var top in tops.Select(t => t + PathOf(folder)).Where(Directory.Exists))
        {
            foreach (
                var group in Directory
                    .GetDirectories(top, "*", SearchOption.AllDirectories)
                    .OrderByDescending(d => d.Length)
                    .Append(top)
            )
            {
                if (File.Exists(group + "/cgroup.procs") && File.ReadAllText(group + "/cgroup.procs").Length == 0)
                {
                    // rmdir(2): a cgroup's own files can't and need not be deleted.
                    _ = Native.RemoveDirectory(group);
                }
            }
        }
    }
}
