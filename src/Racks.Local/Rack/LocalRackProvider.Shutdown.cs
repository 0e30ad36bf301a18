using Palisade.Domain.Racks;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// The end of a rack on this machine (<c>--stop-apps</c>): processes, router, networks, firewall, container service.
/// Data stays.
/// </summary>
public sealed partial class LocalRackProvider
{
    public async Task ShutdownAsync(RackState rack, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rack);
        var local = Known(rack);
        await local.EndWatchAsync();
        await local.OpenAsync(cancellationToken);
        // Marked, so that their end is no drift: nobody is there to tell it to.
        var all = local.Watch.Seen.Values.Where(c => local.Removing.TryAdd(c.Labels.ProcessId, 0)).ToArray();
        await Task.WhenAll(all.Select(c => local.RemoveContainerAsync(c, TimeSpan.FromSeconds(5), cancellationToken)));
        foreach (var appId in await local.Networks.ListAsync(cancellationToken))
        {
            await local.RemoveNetworkAsync(appId, cancellationToken);
        }

        await local.Router.StopAsync(cancellationToken);
        await local.BuildNetwork.CleanAsync(cancellationToken);
        await local.Vips.CleanAsync(cancellationToken);
        await local.Firewall.CleanAsync(cancellationToken);
        await local.Engine.DestroyAsync(cancellationToken);
        local.Engine.Folder.RemoveMachineDirectory();
    }
}
