using Palisade.Grains.Access;
using Palisade.Grains.Builds;
using Palisade.Silo.Racks;
using Palisade.Storage;

namespace Palisade.Silo.Hosting;

/// <summary>
/// What must be done now and then: counted refusals are recorded each minute (S32), expired tickets go after 30 days,
/// uploads that no build needs after one, lines of logs when their rack says, and images when nothing needs them.
/// </summary>
public sealed class Upkeep(
    IStore store,
    IRecorder recorder,
    SourceSweep sources,
    LogSweep logs,
    ImageSweep images,
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

    internal async Task RunAsync(int round, CancellationToken cancellationToken)
    {
        await TryAsync("counted refusals", _ => recorder.FlushAsync());
        if (round % SweepEvery == 0)
        {
            await TryAsync("expired tickets", ct => store.Tickets.SweepAsync(KeepExpired, ct));
            await TryAsync("uploads", sources.RunAsync);
            await TryAsync("logs", logs.RunAsync);
            await TryAsync("images", images.RunAsync);
        }

        async Task TryAsync(string what, Func<CancellationToken, Task> sweep)
        {
            try
            {
                await sweep(cancellationToken);
            }
#pragma warning disable CA1031 // A full disk now is no reason to stop for good, nor to leave out what comes after it.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                logger.LogUpkeepFailed(e, what);
            }
        }
    }
}
