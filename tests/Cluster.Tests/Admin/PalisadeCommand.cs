using System.Diagnostics;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Admin;

/// <summary>The built <c>palisade</c> command as a process.</summary>
internal sealed class PalisadeCommand(IReadOnlyDictionary<string, string> environment)
{
    private static string Assembly =>
        Path.Combine(Repository.Root, "src", "Cli", "bin", Repository.Configuration, "net10.0", "palisade.dll");

    /// <summary>Runs it to its end; gives the exit code and all that it said.</summary>
    public async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said + await error);
    }

    /// <summary>Runs it, and it does what it was told; gives all that it said.</summary>
    public async Task<string> DoAsync(params string[] arguments)
    {
        var (code, said) = await RunAsync(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {said}");
        return said;
    }

    /// <summary>Runs it, and it refuses with this code and these words.</summary>
    public async Task FailAsync(int expected, string words, params string[] arguments)
    {
        var (code, said) = await RunAsync(arguments);
        Assert.True(code == expected, $"{string.Join(' ', arguments)} ended with {code}: {said}");
        Assert.Contains(words, said, StringComparison.Ordinal);
    }

    /// <summary>Runs it until it says a line that begins so, and kills it with SIGKILL.</summary>
    public async Task KillAtAsync(string line, params string[] arguments)
    {
        using var process = Start(arguments);
        string? said;
        do
        {
            said = await process.StandardOutput.ReadLineAsync();
        } while (said?.StartsWith(line, StringComparison.Ordinal) == false);

        Assert.NotNull(said);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Kills it after a time, wherever it is.</summary>
    public async Task KillAfterAsync(TimeSpan time, params string[] arguments)
    {
        using var process = Start(arguments);
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(time));
        process.Kill();
        await output;
        await process.WaitForExitAsync();
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Assembly, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
