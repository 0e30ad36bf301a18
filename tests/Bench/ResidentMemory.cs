using System.Globalization;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>What a process holds in memory, as Linux accounts for it (<c>VmRSS</c> of proc(5)).</summary>
internal static class ResidentMemory
{
    private const double KibibytesPerMebibyte = 1024;

    /// <summary>MiB, once two looks a second apart differ by less than 1 MiB.</summary>
    public static async Task<double> SettledAsync(int processId, CancellationToken ct)
    {
        var before = double.MaxValue;
        var now = Read(processId);
        await Poll.UntilAsync(
            () =>
            {
                (before, now) = (now, Read(processId));
                return Math.Abs(now - before) < 1;
            },
            TimeSpan.FromMinutes(2),
            "memory that no longer changes",
            TimeSpan.FromSeconds(1),
            ct
        );
        return now;
    }

    private static double Read(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            / KibibytesPerMebibyte;
    }
}
