using System.Diagnostics;

namespace Palisade.Bench;

/// <summary>Measuring ours and a reference in turn, so that whatever else the machine does hits both.</summary>
internal static class Rounds
{
    /// <summary>The least number of rounds whose median is reported.</summary>
    public const int Least = 5;

    /// <summary>
    /// Load before the rounds of a server's throughput: what is measured is one that runs, not one that still compiles
    /// itself.
    /// </summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Runs a round of each that does not count, then the rounds, changing which goes first. Each function gives what
    /// it measured, in the same unit.
    /// </summary>
    public static async Task<Measured> InterleavedAsync(
        Func<CancellationToken, Task<double>> ours,
        Func<CancellationToken, Task<double>> reference,
        int rounds = Least,
        CancellationToken ct = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, Least);
        var (mine, theirs) = (new List<double>(rounds), new List<double>(rounds));
        for (var round = -1; round < rounds; round++)
        {
            var oursFirst = round % 2 == 0;
            var first = await Settled(oursFirst ? ours : reference, ct);
            var second = await Settled(oursFirst ? reference : ours, ct);
            if (round >= 0)
            {
                mine.Add(oursFirst ? first : second);
                theirs.Add(oursFirst ? second : first);
            }
        }

        return new(Median(mine), Median(theirs));
    }

    /// <summary>
    /// The same beside several references, each in turn: the reference is the one whose median is the highest. For
    /// rates.
    /// </summary>
    public static async Task<Measured> BesideBestAsync(
        Func<CancellationToken, Task<double>> ours,
        IReadOnlyList<Func<CancellationToken, Task<double>>> references,
        CancellationToken ct
    )
    {
        Func<CancellationToken, Task<double>>[] all = [ours, .. references];
        var measured = all.Select(_ => new List<double>(Least)).ToArray();
        for (var round = -1; round < Least; round++)
        {
            for (var i = 0; i < all.Length; i++)
            {
                var turn = (i + round + all.Length) % all.Length;
                var value = await Settled(all[turn], ct);
                if (round >= 0)
                {
                    measured[turn].Add(value);
                }
            }
        }

        return new(Median(measured[0]), measured[1..].Max(values => Median(values)));
    }

    /// <summary>The medians of rounds that measure both themselves, interleaved within.</summary>
    public static async Task<Measured> PairedAsync(
        Func<Task<(double Ours, double Reference)>> round,
        int rounds = Least,
        CancellationToken ct = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, Least);
        var pairs = new List<(double Ours, double Reference)>(rounds);
        for (var i = 0; i < rounds; i++)
        {
            ct.ThrowIfCancellationRequested();
            pairs.Add(await round());
        }

        return new(Median([.. pairs.Select(p => p.Ours)]), Median([.. pairs.Select(p => p.Reference)]));
    }

    /// <summary>Milliseconds that one call takes.</summary>
    public static async Task<double> MillisecondsAsync(Func<CancellationToken, Task> act, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await act(ct);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>
    /// Calls per second of so many callers, each calling as soon as its last call ended, over at least the given time.
    /// </summary>
    public static async Task<double> PerSecondAsync(
        Func<int, CancellationToken, Task> call,
        int callers,
        TimeSpan time,
        CancellationToken ct
    )
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable.Range(0, callers).Select(caller => Task.Run(() => Loop(caller), ct))
        );
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;

        async Task<long> Loop(int caller)
        {
            var count = 0L;
            for (; Stopwatch.GetElapsedTime(started) < time; count++)
            {
                await call(caller, ct);
            }

            return count;
        }
    }

    /// <summary>
    /// The least of the values that no more than the rest exceed (nearest rank): the largest of few.
    /// </summary>
    /// <param name="percent">1 to 100.</param>
    public static double Percentile(IReadOnlyCollection<double> values, int percent) =>
        values.Order().ElementAt(((values.Count * percent) + 99) / 100 - 1);

    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static async Task<double> Settled(Func<CancellationToken, Task<double>> measure, CancellationToken ct)
    {
        // What the one leaves (garbage, clean-up after a container) must not be done on the other's time.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        await Task.Delay(Rest, ct);
        return await measure(ct);
    }
}
