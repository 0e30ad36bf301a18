using System.Collections.Concurrent;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>S24: stops processes for what they hold on the disk, and says so.</summary>
/// <param name="client">Of the engine whose containers they are.</param>
/// <param name="folder">Where it is remembered why they were stopped.</param>
/// <param name="look">Looks at all containers again.</param>
/// <param name="events">Where the app's log is.</param>
/// <param name="time">The clock.</param>
internal sealed class DiskStopper(
    DockerClient client,
    RackFolder folder,
    Func<CancellationToken, Task> look,
    IRackEvents events,
    TimeProvider time
)
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    private readonly DiskEvidence _evidence = new(folder);
    private readonly ConcurrentDictionary<string, byte> _stopping = new();

    /// <summary>
    /// Forgets why processes were stopped that are gone. What was marked and runs on was never stopped: the server was
    /// killed between the two.
    /// </summary>
    public void Follow(IEnumerable<SeenContainer> seen) =>
        _evidence.KeepOnly(
            seen.Where(c => c.State == ProcessPhase.Exited)
                .Select(c => c.ContainerId)
                .Concat(_stopping.Keys)
                .ToHashSet()
        );

    /// <summary>
    /// At once, without a grace time in which it could fill the disk. Throws <see cref="TimeoutException"/> when it
    /// does not end.
    /// </summary>
    public async Task StopAsync(SeenContainer container, string reason, CancellationToken cancellationToken)
    {
        if (!_stopping.TryAdd(container.ContainerId, 0))
        {
            return;
        }

        try
        {
            _evidence.Write(container.ContainerId, reason);
            if (!await KillAsync(container, cancellationToken))
            {
                _evidence.Forget(container.ContainerId);
                return;
            }

            var labels = container.Labels;
            var line = new ProcessLogLine(time.GetUtcNow(), $"process {labels.ProcessId} was stopped: {reason}", "");
            await events.LogAsync(labels.App, $"system/palisade/{labels.Service}", [line], cancellationToken);
            // It stays for a while as evidence; what it wrote need not.
            Empty(container);
            await look(cancellationToken);
        }
        finally
        {
            _stopping.TryRemove(container.ContainerId, out _);
        }
    }

    /// <summary>False when it has ended by itself.</summary>
    private async Task<bool> KillAsync(SeenContainer container, CancellationToken cancellationToken)
    {
        try
        {
            await client.KillAsync(container.ContainerId, "SIGKILL", cancellationToken);
            using var limit = new CancellationTokenSource(KillLimit, time);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await client.WaitAsync(container.ContainerId, ended.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"Process {container.Labels.ProcessId} was killed for its disk and has not ended within {KillLimit.TotalSeconds} s."
            );
        }
        catch (EngineException e) when (e.IsNotFound || e.IsConflict)
        {
            return false;
        }
    }

    private static void Empty(SeenContainer container)
    {
        foreach (var file in container.OwnFiles.Where(File.Exists))
        {
            File.WriteAllBytes(file, []);
        }

        if (container.UpperFolder is not { } upper)
        {
            return;
        }

        foreach (var entry in new DirectoryInfo(upper).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
