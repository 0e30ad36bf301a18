using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Palisade.Racks.Local.Machine;

/// <summary>A process that listens on a TCP port of this machine.</summary>
internal sealed record PortHolder(int Pid, string Name)
{
    /// <summary>The first of others that listens there; null when there is none that we may see.</summary>
    public static PortHolder? Find(IPAddress address, int port, IReadOnlySet<int> own)
    {
        var sockets = Listening("/proc/net/tcp", address, port)
            .Concat(Listening("/proc/net/tcp6", address, port))
            .ToHashSet(StringComparer.Ordinal);
        if (sockets.Count == 0)
        {
            return null;
        }

        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (!own.Contains(process.Id) && Holds(process.Id, sockets))
                {
                    return new(process.Id, process.ProcessName);
                }
            }
        }

        return null;
    }

    /// <summary>proc(5): sockets in the state LISTEN on the address or on all of them, as links of open files name
    /// them.</summary>
    private static IEnumerable<string> Listening(string table, IPAddress address, int port)
    {
        const string Listen = "0A";
        foreach (var line in File.Exists(table) ? File.ReadLines(table).Skip(1) : [])
        {
            var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var (local, separator) = (columns[1], columns[1].IndexOf(':', StringComparison.Ordinal));
            if (
                columns[3] == Listen
                && int.Parse(local[(separator + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) == port
                && (Address(local[..separator]) is var at && (at.Equals(address) || IsAny(at)))
            )
            {
                yield return $"socket:[{columns[9]}]";
            }
        }
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    // Words of four bytes in the machine's order, which is little-endian on all that we run on.
    private static IPAddress Address(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        for (var word = 0; word < bytes.Length; word += 4)
        {
            bytes.AsSpan(word, 4).Reverse();
        }

        return new IPAddress(bytes);
    }

    private static bool Holds(int pid, HashSet<string> sockets)
    {
        try
        {
            return Directory
                .EnumerateFiles($"/proc/{pid}/fd")
                .Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It has ended, or is not ours to look into.
        }
    }
}
