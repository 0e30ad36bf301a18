using System.Globalization;

namespace Palisade.Racks.Local.Rack;

/// <summary>What the kernel says about this machine.</summary>
internal static class HostFacts
{
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

    /// <summary>MiB of /proc/meminfo.</summary>
    private static (double Total, double Available) Memory()
    {
        var lines = File.ReadLines("/proc/meminfo")
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(w => w[0], w => w[1]);
        return (Of("MemTotal:"), Of("MemAvailable:"));

        double Of(string name) => Math.Round(double.Parse(lines[name], CultureInfo.InvariantCulture) / 1024);
    }

    private static string[] Words(string file) => File.ReadAllText(file).Split(' ');
}
