using System.Globalization;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Rack;

/// <summary>What the kernel says about this machine.</summary>
internal static class HostFacts
{
    /// <summary>Thousandths of all cores together.</summary>
    public static int MilliCores => Environment.ProcessorCount * 1000;

    public static RackInstance Instance(int processes, TimeProvider time)
    {
        var (total, available) = Memory();
        var load = Words("/proc/loadavg");
        var uptime = double.Parse(Words("/proc/uptime")[0], CultureInfo.InvariantCulture);
        return new RackInstance
        {
            Id = Environment.MachineName,
            Status = "running",
            PrivateIp = "127.0.0.1",
            Started = time.GetUtcNow() - TimeSpan.FromSeconds(uptime),
            Processes = processes,
            Cpu = Math.Min(Environment.ProcessorCount, double.Parse(load[0], CultureInfo.InvariantCulture)),
            CpuCapacity = Environment.ProcessorCount,
            Memory = total - available,
            MemoryCapacity = total,
        };
    }

    /// <summary>A process may not ask for more memory than there is, as it would never get it.</summary>
    public static Conflict? TooMuch(long bytes)
    {
        var (asked, total) = (bytes >> 20, Memory().Total);
        return asked <= total
            ? null
            : new Conflict(
                "rack.too_much_memory",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a process of {asked} MiB of memory does not fit on the rack's machine, which has {total}"
                )
            )
            {
                Suggestion = "ask for less: scale.memory in convox.yml, or convox scale --memory",
            };
    }

    /// <summary>MiB of /proc/meminfo.</summary>
    public static (double Total, double Available) Memory()
    {
        var lines = File.ReadLines("/proc/meminfo")
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(w => w[0], w => w[1]);
        return (Of("MemTotal:"), Of("MemAvailable:"));

        double Of(string name) => Math.Round(double.Parse(lines[name], CultureInfo.InvariantCulture) / 1024);
    }

    private static string[] Words(string file) => File.ReadAllText(file).Split(' ');
}
