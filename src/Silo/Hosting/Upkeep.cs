using Palisade.Storage;

namespace Palisade.Silo.Hosting;

/// <summary>What must be done now and then: expired tickets go after 30 days.</summary>
public sealed class Upkeep(IStore store, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeepExpired = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await store.Tickets.SweepAsync(KeepExpired, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
