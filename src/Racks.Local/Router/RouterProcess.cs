using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// The HAProxy master of one folder: its own session, alive when Palisade ends, found again by its socket and its start
/// time.
/// </summary>
internal sealed class RouterProcess(RouterFolder folder, RouterClient client, RouterOptions options, TimeProvider time)
{
    private const int DiagnosticsLimit = 1_000;

    /// <summary>Our master, when it runs.</summary>
    public ProcessIdentity? Master { get; private set; }

    public bool IsAlive => Master is { IsAlive: true };

    /// <summary>
    /// Finds a master that an earlier run of Palisade left; whoever listens in our private folder is ours.
    /// </summary>
    public async Task<bool> AdoptAsync(CancellationToken ct)
    {
        var recorded = await folder.ReadAsync(RouterFolder.MasterFile, ct) is { } text ? Parse(text) : null;
        var answer = await client.AskMasterAsync("show proc", ct);
        var identity = answer.Ok ? ProcessIdentity.Of(RouterTables.ReadProcesses(answer.Value).Master) : null;
        if (identity is null && recorded is { IsAlive: true })
        {
            // Alive and deaf: its socket may be in use by a reload, or gone. It is ours by start time, so it can be
            // stopped.
            identity = recorded;
        }

        Master = identity;
        if (identity is not null && identity != recorded)
        {
            await RecordAsync(identity, ct);
        }

        return identity is not null;
    }

    /// <summary>
    /// Starts a master on the folder's configuration. Problem: <c>router.start_failed</c> with HAProxy's own words.
    /// </summary>
    public async Task<Result<Done>> StartAsync(CancellationToken ct)
    {
        folder.Delete(RouterFolder.PidFile);
        var (code, words) = await RunAsync(
            [
                "-W",
                "-D",
                "-p",
                RouterFolder.PidFile,
                "-S",
                $"unix@{RouterFolder.MasterSocket},mode,600",
                "-f",
                RouterFolder.ConfigFile,
            ],
            ct
        );
        if (code != 0 || await StartedAsync(ct) is not { } identity)
        {
            return new Unavailable("router.start_failed", $"The router did not start: {words}");
        }

        Master = identity;
        await RecordAsync(identity, ct);
        return new Done();
    }

    /// <summary>Whether HAProxy accepts a file of the folder. Problem: <c>router.config_refused</c>.</summary>
    public async Task<Result<Done>> CheckAsync(string file, CancellationToken ct)
    {
        var (code, words) = await RunAsync(["-c", "-f", file], ct);
        return code == 0
            ? new Done()
            : new Invalid("router.config_refused", $"The router refused its configuration: {words}");
    }

    /// <summary>Ends our master and its workers: asked first, then forced. True when it is gone.</summary>
    public async Task<bool> StopAsync(TimeSpan limit, CancellationToken ct)
    {
        foreach (
            var (signal, patience) in new[]
            {
                (UnixSignal.Terminate, limit),
                (UnixSignal.Kill, TimeSpan.FromSeconds(2)),
            }
        )
        {
            if (Master?.Signal(signal) != true)
            {
                break;
            }

            var start = time.GetTimestamp();
            while (IsAlive && time.GetElapsedTime(start) < patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, ct);
            }
        }

        if (IsAlive)
        {
            return false;
        }

        Master = null;
        folder.Delete(RouterFolder.MasterFile);
        return true;
    }

    /// <summary>The master, the one that was started last, and all their workers: whether they answer or not.</summary>
    public async Task<IReadOnlySet<int>> OwnAsync(CancellationToken ct) =>
        new[] { Master, await StartedAsync(ct) }
            .OfType<ProcessIdentity>()
            .Where(master => master.IsAlive)
            .SelectMany(ProcessTree.Of)
            .Select(process => process.Pid)
            .ToHashSet();

    private async Task<ProcessIdentity?> StartedAsync(CancellationToken ct) =>
        await folder.ReadAsync(RouterFolder.PidFile, ct) is { } text
        && int.TryParse(text, CultureInfo.InvariantCulture, out var pid)
            ? ProcessIdentity.Of(pid)
            : null;

    private static ProcessIdentity? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ProcessIdentity>(text);
        }
        catch (JsonException)
        {
            // A torn record is no record: the socket still tells who the master is.
            return null;
        }
    }

    private Task RecordAsync(ProcessIdentity identity, CancellationToken ct) =>
        folder.WriteAsync(RouterFolder.MasterFile, JsonSerializer.Serialize(identity), ct);

    private async Task<(int Code, string Words)> RunAsync(string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(options.HaproxyPath, arguments)
        {
            WorkingDirectory = folder.Root,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        // SECURITY: the router inherits no environment, so none of Palisade's settings.
        start.Environment.Clear();
        try
        {
            using var process = Process.Start(start) ?? throw new InvalidOperationException("HAProxy gave no process.");
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(options.ReadyLimit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
            var output = process.StandardOutput.ReadToEndAsync(both.Token);
            var errors = process.StandardError.ReadToEndAsync(both.Token);
            try
            {
                await process.WaitForExitAsync(both.Token);
                var words = await errors;
                await output;
                return (process.ExitCode, Shown(words));
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                process.Kill();
                return (-1, "it did not answer in time");
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, $"{options.HaproxyPath} cannot be run");
        }
    }

    private static string Shown(string words)
    {
        var alerts = words
            .Split('\n')
            .Where(line => line.StartsWith("[ALERT]", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(" : ", StringComparison.Ordinal) + 3)..].Trim());
        var text = string.Join("; ", alerts);
        return new string([.. text.Take(DiagnosticsLimit).Where(c => c is >= ' ' and <= '~' and not '%')]);
    }
}
