using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Network;
using Palisade.Racks.Local.Planning;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Rack;

/// <summary>Making or adopting all that the rack needs.</summary>
internal sealed partial class LocalRack
{
    /// <summary>Makes or adopts everything; cheap when it is there.</summary>
    public async Task<Result<Done>> EnsureAsync(CancellationToken cancellationToken)
    {
        if (_ready)
        {
            return Result.Done;
        }

        await _ensuring.WaitAsync(cancellationToken);
        try
        {
            if (!_ready)
            {
                var started = await StartAsync(cancellationToken);
                await NoteAsync(started.Ok ? null : started.Problem.Text, cancellationToken);
                if (!started.Ok)
                {
                    return started;
                }

                _ready = true;
                _watching = Task.WhenAll(
                    Task.Run(() => WatchAsync(_ending.Token), CancellationToken.None),
                    Task.Run(() => Disk.RunAsync(_ending.Token), CancellationToken.None)
                );
            }

            return Result.Done;
        }
        catch (Exception e) when (e is EngineException or TimeoutException or IOException)
        {
            await NoteAsync(e.Message, CancellationToken.None);
            return new Unavailable("rack.engine", e.Message.Replace("%", "", StringComparison.Ordinal));
        }
        finally
        {
            _ensuring.Release();
        }
    }

    private async Task<Result<Done>> StartAsync(CancellationToken cancellationToken)
    {
        Engine.Folder.Create();
        await Engine.EnsureAsync(cancellationToken);
        foreach (var appId in await Networks.ListAsync(cancellationToken))
        {
            _networks[appId] = 0;
        }

        await Vips.RestoreAsync(cancellationToken);
        var router = await Router.StartAsync(cancellationToken);
        if (!router.Ok)
        {
            return router;
        }

        var routes = await Routes.LoadAsync(cancellationToken);
        if (!routes.Ok)
        {
            return routes;
        }

        await ApplyFirewallAsync(cancellationToken);
        await ReclaimBuildsAsync(cancellationToken);
        await LookAsync(cancellationToken);
        foreach (var container in Watch.Seen.Values.Where(c => c.State == ProcessPhase.Running))
        {
            await LocalExecSession.EndLeftAsync(Engine.Client, container.ContainerId, cancellationToken);
        }

        _logger.LogReady(Rack.Ref.ToString(), Watch.Seen.Count);
        return Result.Done;
    }

    /// <summary>
    /// As much as ending everything needs: no route is loaded, and so no router started or made to listen elsewhere.
    /// </summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Engine.Folder.Create();
        await Engine.EnsureAsync(cancellationToken);
        await ReclaimBuildsAsync(cancellationToken);
        await LookAsync(cancellationToken);
    }

    /// <summary>What builds of a killed server left. No build can have begun: the rack is not ready yet.</summary>
    private async Task ReclaimBuildsAsync(CancellationToken cancellationToken)
    {
        await Builder.ReclaimAsync(cancellationToken);
        var sources = Engine.Folder.File("sources");
        if (Directory.Exists(sources))
        {
            Directory.Delete(sources, recursive: true);
        }
    }
}
