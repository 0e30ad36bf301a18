using System.Diagnostics;
using System.Text;

namespace Palisade.Racks.Local.Machine;

/// <summary>What a command of the host said.</summary>
public sealed record HostCommandResult(int ExitCode, string Output, string Error)
{
    public bool Ok => ExitCode == 0;
}

/// <summary>
/// Runs short commands of the host (ip, iptables, podman) with an argument list, never through a shell's parser.
/// </summary>
public static class HostCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs to the end; killed after 60 s or on cancellation.</summary>
    public static async Task<HostCommandResult> RunAsync(
        string file,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        string? input = null,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var start = Start(file, arguments);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limited.Token);
            var error = process.StandardError.ReadToEndAsync(limited.Token);
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), limited.Token).ConfigureAwait(false);
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(limited.Token).ConfigureAwait(false);
            return new(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{file} did not end within {Limit.TotalSeconds} s.");
        }
    }

    /// <summary>
    /// Gives its lines as they come, until no more of them are wanted: then it is ended. Its words are English.
    /// </summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="take">Takes a line; says whether it wants more.</param>
    /// <param name="complain">Takes a line of its errors.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Its exit code; null when no more lines were wanted.</returns>
    public static async Task<int?> LinesAsync(
        string file,
        IEnumerable<string> arguments,
        Func<string, bool> take,
        Action<string> complain,
        CancellationToken cancellationToken
    )
    {
        var start = Start(file, arguments);
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
        try
        {
            process.StandardInput.Close();
            var errors = ReadAsync(process.StandardError, complain);
            while (await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (!take(line))
                {
                    return null;
                }
            }

            await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        async Task ReadAsync(StreamReader reader, Action<string> each)
        {
            while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                each(line);
            }
        }
    }

    /// <summary>
    /// Runs and throws when the exit code is not 0: for commands whose failure means that the machine is broken.
    /// </summary>
    public static async Task<string> RequireAsync(
        string file,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        string? input = null
    )
    {
        var list = arguments.ToList();
        var result = await RunAsync(file, list, cancellationToken, input).ConfigureAwait(false);
        return result.Ok
            ? result.Output
            : throw new InvalidOperationException(
                $"{file} {string.Join(' ', list)}: exit code {result.ExitCode}: {result.Error.Trim()}"
            );
    }

    private static ProcessStartInfo Start(string file, IEnumerable<string> arguments) =>
        new(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };

    /// <summary>The first of these programs that exists in the usual folders, or null.</summary>
    public static string? Find(params ReadOnlySpan<string> names)
    {
        string[] folders =
        [
            "/usr/sbin",
            "/usr/bin",
            "/usr/local/sbin",
            "/usr/local/bin",
            "/sbin",
            "/bin",
            "/usr/libexec/podman",
        ];
        foreach (var name in names)
        {
            if (folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
