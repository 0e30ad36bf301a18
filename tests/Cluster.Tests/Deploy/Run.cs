using System.Diagnostics;

namespace Palisade.Cluster.Tests.Deploy;

/// <summary>A command that is over soon.</summary>
internal static class Run
{
    /// <summary>Gives what it printed on both; fails unless it ended with 0.</summary>
    public static async Task<string> AsLongAsItTakesAsync(
        IReadOnlyDictionary<string, string> environment,
        params string[] command
    )
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(
            process.ExitCode == 0,
            $"{string.Join(' ', command)} ended with {process.ExitCode}: {said[0]}{said[1]}"
        );
        return said[0] + said[1];
    }
}
