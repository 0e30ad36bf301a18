using System.Globalization;
using Microsoft.Extensions.Logging;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Engine;

/// <summary>
/// The container service of one rack folder: adopted when it answers, started when it does not, started again when it
/// died. It outlives Palisade on purpose: containers must not notice a restart.
/// </summary>
public sealed partial class EngineHost : IDisposable
{
    // The service is its own session with no terminal, so that a signal to Palisade's group never reaches it. It works
    // in its own folder, whatever Palisade's is: conmon leaves a file named oom wherever that is.
    private const string StartScript =
        "umask 022; cd \"$(dirname \"$1\")\" || exit; "
        + "exec setsid --fork sh -c 'umask 022; echo $$ > \"$1\"; exec \"$2\" system service --time=0 \"unix://$3\"' "
        + "sh \"$1\" \"$2\" \"$3\" < /dev/null >> \"$4\" 2>&1";

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<string> _warnings = [];

    public EngineHost(EngineOptions options, TimeProvider time, ILogger<EngineHost> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time, _logger) = (options, time, logger);
        Folder = new(options.Directory);
        Files = new(Folder);
        SocketPath = options.EngineSocket ?? Folder.SocketPath("podman.sock");
        Client = new(SocketPath, time);
    }

    public RackFolder Folder { get; }

    public EngineFiles Files { get; }

    public string SocketPath { get; }

    /// <summary>The client of this service. Call <see cref="EnsureAsync"/> once before.</summary>
    public DockerClient Client { get; }

    /// <summary>
    /// Whether the service is Palisade's own; false when <see cref="EngineOptions.EngineSocket"/> names the user's.
    /// </summary>
    public bool IsPrivate => _options.EngineSocket is null;

    /// <summary>What the machine lacks and what is done without it, for people to see.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>
    /// Whether <c>init: true</c> can be honoured (an init program is on the machine, or the engine is Docker).
    /// </summary>
    public bool HasInit { get; private set; }

    /// <summary>The podman that builds and serves, by path.</summary>
    public string PodmanPath =>
        _options.PodmanPath
        ?? HostCommand.Find("podman")
        ?? throw new EngineException(
            0,
            "podman is not installed; install the packages podman, runc and netavark, or name a Docker socket."
        );

    private string StatePath => Folder.File("engine.json");

    /// <summary>
    /// Makes the service answer; cheap (one ping) when it does. Throws <see cref="EngineException"/> when it cannot be
    /// started.
    /// </summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!IsPrivate)
            {
                HasInit = true;
                await Client.PingAsync(cancellationToken).ConfigureAwait(false);
                return;
            }

            await EnsurePrivateAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Keeps the service alive until cancelled; a failed restart is logged and tried again.</summary>
    public async Task SuperviseAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.CheckPeriod, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await EnsureAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (EngineException e)
            {
                LogNotStarted(e.Message);
            }
        }
    }

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

    /// <summary>
    /// Ends everything of a private engine for good: containers, the service, its mounts and its short folder. The
    /// rack's folder can be deleted then. Containers of a user's own engine are left to the caller, who knows which are
    /// the rack's.
    /// </summary>
    public async Task DestroyAsync(CancellationToken cancellationToken)
    {
        if (!IsPrivate)
        {
            return;
        }

        if (Directory.Exists(Files.GraphRoot))
        {
            await EnsureAsync(cancellationToken).ConfigureAwait(false);
            foreach (var container in await Client.ListAsync([], all: true, cancellationToken).ConfigureAwait(false))
            {
                await Client.RemoveAsync(container.Id, force: true, cancellationToken).ConfigureAwait(false);
            }
        }

        await StopAsync(cancellationToken).ConfigureAwait(false);
        foreach (
            var mount in (await File.ReadAllLinesAsync("/proc/self/mounts", cancellationToken).ConfigureAwait(false))
                .Select(l => l.Split(' ')[1])
                .Where(m => m.StartsWith(Folder.Path + "/", StringComparison.Ordinal))
                .OrderByDescending(m => m.Length)
        )
        {
            await HostCommand.RunAsync("umount", ["-l", mount], cancellationToken).ConfigureAwait(false);
        }

        RackCgroup.Remove(Folder);
        Folder.RemoveMachineDirectory();
    }

    public void Dispose()
    {
        Client.Dispose();
        _gate.Dispose();
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
        if (await Client.AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            await Client.LearnEngineAsync(cancellationToken).ConfigureAwait(false);
            LogAdopted(SocketPath);
            return;
        }

        if (state.Service is not { IsAlive: true })
        {
            var service = await StartAsync(cancellationToken).ConfigureAwait(false);
            (state with { Service = service }).Write(StatePath);
            LogStarted(service.Pid, state.Driver);
        }

        await AnsweringAsync(cancellationToken).ConfigureAwait(false);
        await Client.LearnEngineAsync(cancellationToken).ConfigureAwait(false);
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
        Files.Write("overlay", runtime, init);
        var overlay = await HostCommand
            .RunAsync(PodmanPath, ["info"], cancellationToken, environment: Files.Environment)
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

    private async Task AnsweringAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (!await Client.AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_time.GetElapsedTime(start) > _options.StartLimit)
            {
                throw new EngineException(0, $"The container service does not answer on {SocketPath}. {LogTail()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken).ConfigureAwait(false);
        }
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
