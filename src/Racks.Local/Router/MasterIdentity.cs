using System.Globalization;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// A process that cannot be mistaken for a later one with the same number: the kernel's start time (clock ticks since boot, field 22
/// of proc(5) <c>stat</c>) and the boot it belongs to.
/// </summary>
public sealed record MasterIdentity(int Pid, long StartTicks, string Boot)
{
    /// <summary>The process that has this number now; null when there is none or it has ended.</summary>
    public static MasterIdentity? Of(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name in parentheses may hold anything; fields are counted after its end.
            var cells = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return cells[0] is "Z" or "X"
                ? null
                : new MasterIdentity(
                    pid,
                    long.Parse(cells[19], CultureInfo.InvariantCulture),
                    File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool IsAlive => Of(Pid) == this;
}
