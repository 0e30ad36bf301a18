using System.Diagnostics;

namespace Palisade.Storage.Postgres;

/// <summary>
/// The database's clock: measured against it, and carried on by the process's monotonic counter until the next
/// measurement. What this machine takes for the time of day has no part in it.
/// </summary>
internal sealed class DatabaseClock : TimeProvider
{
    private const int Samples = 3;

    private volatile Measurement _last = new(Stopwatch.GetTimestamp(), DateTimeOffset.UnixEpoch);

    private sealed record Measurement(long Counter, DateTimeOffset Time);

    public override DateTimeOffset GetUtcNow()
    {
        var last = _last;
        return last.Time + Stopwatch.GetElapsedTime(last.Counter);
    }

    /// <summary>The best of a few: half a round trip is the most that it can be wrong by.</summary>
    public async Task MeasureAsync(Database database, CancellationToken cancellationToken)
    {
        var (best, shortest) = (_last, TimeSpan.MaxValue);
        for (var i = 0; i < Samples; i++)
        {
            var before = Stopwatch.GetTimestamp();
            var time = await database.FirstAsync(
                new("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"),
                row => row.Time(0),
                cancellationToken
            );
            var roundTrip = Stopwatch.GetElapsedTime(before);
            if (roundTrip < shortest)
            {
                (best, shortest) = (new(before, time - (roundTrip / 2)), roundTrip);
            }
        }

        _last = best;
    }
}
