using Palisade.Storage;

namespace Palisade.Web.Hosting;

/// <summary>Says once that the database is away, and once that it is back.</summary>
internal sealed partial class StoreOutageWatch(StoreOutage outage, IStore store, ILogger<StoreOutageWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// So long nobody complains of a database that is back. One whose disk is full answers every question and takes
    /// nothing; a node's heartbeat finds that out each half second.
    /// </summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                LogAway(await outage.BeganAsync(stoppingToken));
                var (took, held) = await EndAsync(stoppingToken);
                LogBack(took.TotalSeconds, held);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task<(TimeSpan Took, int Held)> EndAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var answered = await AnsweredAsync(stoppingToken);
            await Task.Delay(Quiet, outage.Time, stoppingToken);
            if (outage.TryEnd(answered) is { } end)
            {
                return end;
            }
        }
    }

    /// <summary>When it did.</summary>
    private async Task<long> AnsweredAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await StoreProbe.AskAsync(store, stoppingToken);
                return outage.Time.GetTimestamp();
            }
#pragma warning disable CA1031 // That it does not answer was said already, whatever this says of it.
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                await Task.Delay(Period, outage.Time, stoppingToken);
            }
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The database can't be used: {Why}. Further lines about it are counted, not written, until it can."
    )]
    private partial void LogAway(string why);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The database can be used again after {Seconds:0.0} s; {Held} lines about it were not written."
    )]
    private partial void LogBack(double seconds, int held);
}
