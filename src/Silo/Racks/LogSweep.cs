using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Storage;
using Palisade.Storage.Views;

namespace Palisade.Silo.Racks;

/// <summary>
/// Drops what racks and processes logged when it is older than their rack keeps it: its parameter LogRetention.
/// </summary>
public sealed partial class LogSweep(IStore store, IProviders providers, ILogger<LogSweep> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var rack in await RackStartup.RacksAsync(store, cancellationToken))
        {
            var age = TimeSpan.FromDays(RackParameters.Number(rack, "LogRetention", providers.CeilingsOf(rack)));
            await TrimAsync(RackLog.Of(rack.Ref), age, cancellationToken);
            var apps = new ViewQuery(rack.Org, ViewKinds.App, $"{rack.Name}/");
            await foreach (var row in store.Views.AllAsync(apps, cancellationToken))
            {
                await TrimAsync(AppLogs.Log(ViewJson.Read<AppView>(row.Json).Ref), age, cancellationToken);
            }
        }
    }

    private async Task TrimAsync(string log, TimeSpan age, CancellationToken cancellationToken)
    {
        try
        {
            await store.Logs.TrimAsync(log, age, cancellationToken);
        }
#pragma warning disable CA1031 // A broken log must not keep the others; the next sweep tries again.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(e, log);
        }
    }

    [LoggerMessage(3212, LogLevel.Error, "The log {Log} could not be trimmed; the next sweep tries again")]
    private partial void LogFailed(Exception exception, string log);
}
