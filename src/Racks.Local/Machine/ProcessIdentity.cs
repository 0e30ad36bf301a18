using System.Globalization;

namespace Palisade.Racks.Local.Machine;

/// <summary>
/// A process that survives being looked up later: its id, its start time in clock ticks since boot (field 22 of
/// /proc/PID/stat, proc(5)) and the boot that these count from, so that a reused id is never taken for it.
/// </summary>
public sealed record ProcessIdentity(int Pid, long StartTicks, string Boot)
{
    /// <summary>The identity of a running process (not a zombie), or null.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        try
        {
            // The command's name may hold spaces and brackets: fields are counted after its last bracket.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new(
                    pid,
                    long.Parse(fields[19], CultureInfo.InvariantCulture),
                    File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()
                );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool IsAlive => Of(Pid) == this;

    /// <summary>
    /// Sends a signal with kill(2)'s meaning, only while this very process lives. False when it has gone.
    /// </summary>
    public bool Signal(UnixSignal signal) => IsAlive && Native.Kill(Pid, (int)signal) == 0;
}

/// <summary>The signals that Palisade sends (signal(7)).</summary>
public enum UnixSignal
{
    Hangup = 1,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
