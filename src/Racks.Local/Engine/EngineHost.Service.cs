using System.Globalization;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Engine;

/// <summary>The private container service as a process.</summary>
public sealed partial class EngineHost
{
    // The service is its own session with no terminal, so that a signal to Palisade's group never reaches it. It works
    // in its own folder, whatever Palisade's is: conmon leaves a file named oom wherever that is.
    private const string StartScript =
        "umask 022; cd \"$(dirname \"$1\")\" || exit; "
        + "exec setsid --fork sh -c 'umask 022; echo $$ > \"$1\"; exec \"$2\" system service --time=0 \"unix://$3\"' "
        + "sh \"$1\" \"$2\" \"$3\" < /dev/null >> \"$4\" 2>&1";

    /// <summary>
    /// Ends our own service (never the user's), by the recorded process and nothing else. Containers keep running.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!IsPrivate || EngineState.Read(StatePath) is not { Service: { } service } state)
        {
            return;
        }

        if (service.Signal(UnixSignal.Terminate) && !await GoneAsync(service, cancellationToken).ConfigureAwait(false))
        {
            service.Signal(UnixSignal.Kill);
            await GoneAsync(service, cancellationToken).ConfigureAwait(false);
        }

        (state with { Service = null }).Write(StatePath);
        File.Delete(SocketPath);
        LogStopped(service.Pid);
    }

    private async Task EnsurePrivateAsync(CancellationToken cancellationToken)
    {
        if (Client.EngineKnown && await Client.AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var runtime =
            HostCommand.Find("runc", "crun")
            ?? throw new EngineException(0, "Neither runc nor crun is installed; install the package runc.");
        var init = FindInit();
        var state = EngineState.Read(StatePath);
        if (state is null)
        {
            state = new(await ProbeDriverAsync(runtime, init, cancellationToken).ConfigureAwait(false), null);
            state.Write(StatePath);
        }

        Files.Write(state.Driver, runtime, init);
        if (
            await Client.AnswersAsync(cancellationToken).ConfigureAwait(false)
            && await TellsWhatItIsAsync(cancellationToken).ConfigureAwait(false)
        )
        {
            LogAdopted(SocketPath);
            return;
        }

        if (
            state.Service is { IsAlive: true } silent
            && !await IsAnsweringAsync(cancellationToken).ConfigureAwait(false)
        )
        {
            // It lives and stands still: nothing but another one will ever answer. Containers don't notice.
            LogStandsStill(silent.Pid);
            await StopAsync(cancellationToken).ConfigureAwait(false);
        }

        if (EngineState.Read(StatePath)?.Service is not { IsAlive: true })
        {
            var service = await StartAsync(cancellationToken).ConfigureAwait(false);
            (state with { Service = service }).Write(StatePath);
            LogStarted(service.Pid, state.Driver);
        }

        if (!await IsAnsweringAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new EngineException(0, $"The container service does not answer on {SocketPath}. {LogTail()}");
        }

        await Client.LearnEngineAsync(_options.StartLimit, cancellationToken).ConfigureAwait(false);
    }

    // A service can answer a ping and stand still before the next word; what follows finds that out by pings alone.
    private async Task<bool> TellsWhatItIsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Client.LearnEngineAsync(_options.StartLimit, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is EngineException or TimeoutException)
        {
            return false;
        }
    }

    private string? FindInit()
    {
        var init = HostCommand.Find("catatonit", "tini-static", "docker-init");
        HasInit = init is not null;
        if (init is null && _warnings.Count == 0)
        {
            _warnings.Add(
                "No init program is installed, so that init: true has no effect; install the package catatonit."
            );
        }

        return init;
    }

    private async Task<string> ProbeDriverAsync(string runtime, string? init, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Files.Write("overlay", runtime, init);

        // To its end: killed while it tries overlay out, it would leave what it has mounted.
        var overlay = await HostCommand
            .RunAsync(PodmanPath, ["info"], CancellationToken.None, environment: Files.Environment)
            .ConfigureAwait(false);
        if (!overlay.Ok && Directory.Exists(Files.GraphRoot))
        {
            // What a refused driver left would be refused by the next one.
            Directory.Delete(Files.GraphRoot, recursive: true);
        }

        return overlay.Ok ? "overlay" : "vfs";
    }

    private async Task<ProcessIdentity> StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(SocketPath);
        var pidFile = Folder.File("engine.pid");
        File.Delete(pidFile);
        var result = await HostCommand
            .RunAsync(
                "/bin/sh",
                ["-c", StartScript, "sh", pidFile, PodmanPath, SocketPath, Files.Log],
                cancellationToken,
                environment: Files.Environment
            )
            .ConfigureAwait(false);
        var deadline = _time.GetTimestamp();
        while (result.Ok && _time.GetElapsedTime(deadline) < _options.StartLimit)
        {
            if (
                File.Exists(pidFile)
                && int.TryParse(
                    await File.ReadAllTextAsync(pidFile, cancellationToken).ConfigureAwait(false),
                    NumberStyles.None | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture,
                    out var pid
                )
                && ProcessIdentity.Of(pid) is { } identity
            )
            {
                return identity;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), _time, cancellationToken).ConfigureAwait(false);
        }

        throw new EngineException(0, $"The container service could not be started: {result.Error.Trim()}{LogTail()}");
    }

    /// <summary>Within the time that a start may take.</summary>
    private async Task<bool> IsAnsweringAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (!await Client.AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_time.GetElapsedTime(start) > _options.StartLimit)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<bool> GoneAsync(ProcessIdentity service, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (service.IsAlive && _time.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken).ConfigureAwait(false);
        }

        return !service.IsAlive;
    }

    private string LogTail() => File.Exists(Files.Log) ? string.Join(' ', File.ReadLines(Files.Log).TakeLast(3)) : "";
}
