using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Storage;
using Palisade.Storage.Views;

namespace Palisade.Silo.Racks;

/// <summary>
/// Drops what processes logged when it is older than their rack keeps it: its parameter LogRetention.
/// </summary>
public sealed class LogSweep(IStore store, IProviders providers)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var rack in await RackStartup.RacksAsync(store, cancellationToken))
        {
            var age = TimeSpan.FromDays(RackParameters.Number(rack, "LogRetention", providers.CeilingsOf(rack)));
            var apps = new ViewQuery(rack.Org, ViewKinds.App, $"{rack.Name}/");
            await foreach (var row in store.Views.AllAsync(apps, cancellationToken))
            {
                var log = AppLogs.Log(ViewJson.Read<AppView>(row.Json).Ref);
                await store.Logs.TrimAsync(log, age, cancellationToken);
            }
        }
    }
}
