using Microsoft.Extensions.Logging;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Engine;

/// <summary>
/// The container service of one rack folder: adopted when it answers, started when it does not, started again when it
/// died. It outlives Palisade on purpose: containers must not notice a restart.
/// </summary>
public sealed partial class EngineHost : IDisposable
{
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TimeoutException)
        {
            // Of its files, or of what it was asked. Whoever keeps it alive tries again, and whoever asks it is told
            // that it does not answer.
            throw new EngineException(0, $"The container service can't be started: {e.Message}", e);
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
}
