using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Silo.Racks;
using Palisade.Storage;

namespace Palisade.Silo.Hosting;

/// <summary>
/// What must be done now and then: counted refusals are recorded each minute (S32), expired tickets go after 30 days,
/// uploads that no build needs after one, and lines of logs when their rack says.
/// </summary>
public sealed class Upkeep(
    IStore store,
    IRecorder recorder,
    SourceSweep sources,
    LogSweep logs,
    TimeProvider time,
    ILogger<Upkeep> logger
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>In periods.</summary>
    private const int SweepEvery = 60;

    private static readonly TimeSpan KeepExpired = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            for (var round = 1; await timer.WaitForNextTickAsync(stoppingToken); round++)
            {
                await RunAsync(round, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task RunAsync(int round, CancellationToken cancellationToken)
    {
        try
        {
            await recorder.FlushAsync();
            if (round % SweepEvery == 0)
            {
                await store.Tickets.SweepAsync(KeepExpired, cancellationToken);
                await sources.RunAsync(cancellationToken);
                await logs.RunAsync(cancellationToken);
            }
        }
#pragma warning disable CA1031 // A full disk now is no reason to stop for good; it is logged and tried again.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.LogUpkeepFailed(e);
        }
    }
}
