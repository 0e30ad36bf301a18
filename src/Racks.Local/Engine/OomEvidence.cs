using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Engine;

/// <summary>
/// Tells whether the kernel killed processes of a container for lack of memory. COMPAT: podman on hybrid cgroups
/// reports <c>OOMKilled=false</c>, and a container's cgroup goes with it; the kernel's own log names the cgroup, and so
/// the container, afterwards.
/// </summary>
public static class OomEvidence
{
    /// <summary>
    /// Kills counted by a living process's cgroup (memory.events or memory.oom_control); 0 when it has gone.
    /// </summary>
    public static long CountOf(int pid)
    {
        try
        {
            foreach (var line in File.ReadAllLines($"/proc/{pid}/cgroup"))
            {
                var parts = line.Split(':', 3);
                var file =
                    parts[1] == "" ? $"/sys/fs/cgroup{parts[2]}/memory.events"
                    : parts[1].Split(',').Contains("memory") ? $"/sys/fs/cgroup/memory{parts[2]}/memory.oom_control"
                    : null;
                if (file is not null && File.Exists(file) && Counter(File.ReadAllLines(file)) is { } count)
                {
                    return count;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // The process ended while it was looked at.
        }

        return 0;
    }

    /// <summary>
    /// Whether the kernel's log has an out-of-memory kill in the cgroup of this container (by its full id).
    /// </summary>
    public static bool WasKilled(string containerId)
    {
        ArgumentException.ThrowIfNullOrEmpty(containerId);
        foreach (var record in KernelLog())
        {
            if (
                record.Contains("oom-kill:", StringComparison.Ordinal)
                && record.Contains("constraint=CONSTRAINT_MEMCG", StringComparison.Ordinal)
                && record.Contains(containerId, StringComparison.Ordinal)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static long? Counter(IEnumerable<string> lines) =>
        lines.Select(l => l.Split(' ')).FirstOrDefault(w => w is ["oom_kill", _]) is [_, var number]
            ? long.Parse(number, CultureInfo.InvariantCulture)
            : null;

    // /dev/kmsg gives one record per read and EAGAIN at the end (Documentation/ABI/testing/dev-kmsg).
    private static List<string> KernelLog()
    {
        var records = new List<string>();
        const int nonBlockingReadOnly = 0x800 | 0x80000;
        var descriptor = Native.Open("/dev/kmsg", nonBlockingReadOnly);
        if (descriptor < 0)
        {
            return records;
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var buffer = new byte[8192];
        while (true)
        {
            var read = Native.Read(descriptor, buffer, buffer.Length);
            if (read > 0)
            {
                records.Add(Encoding.UTF8.GetString(buffer, 0, (int)read));
            }
            else if (read == 0 || System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Native.BrokenPipe)
            {
                return records;
            }
        }
    }
}
