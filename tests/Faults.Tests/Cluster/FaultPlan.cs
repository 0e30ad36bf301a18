using System.Collections.Immutable;

namespace Palisade.Faults.Tests.Cluster;

/// <summary>What happens in a run, and when: all of it by the seed.</summary>
/// <param name="Skew">What the last node's own clock is wrong by, all the time.</param>
internal sealed record FaultPlan(ImmutableArray<Fault> Faults, TimeSpan Skew)
{
    /// <summary>Longer than leases (2 s).</summary>
    private static readonly TimeSpan ShortestStop = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan Down = TimeSpan.FromSeconds(2);

    /// <param name="time">Of the traffic; each kind of fault happens, and all are over before its end.</param>
    /// <param name="longest">Of pauses and cuts; the first pause lasts as long.</param>
    public static FaultPlan Of(int seed, int nodes, TimeSpan time, TimeSpan longest)
    {
        var random = new Random(seed);
        var skew = TimeSpan.FromMinutes(random.Next(2) == 0 ? 5 : -5);
        var busy = new TimeSpan[nodes];
        var (faults, kinds, paused) = (ImmutableArray.CreateBuilder<Fault>(), new Queue<int>(), false);
        for (var at = Down; at < time - longest; at += Between(random, Down, 3 * Down))
        {
            if (kinds.Count == 0)
            {
                int[] bag = [0, 1, 2, 3];
                random.Shuffle(bag);
                kinds = new(bag);
            }

            // What happens to nodes may overlap, but not on one of them.
            var free = Enumerable.Range(0, nodes).Where(node => busy[node] <= at).ToArray();
            if (free.Length == 0)
            {
                continue;
            }

            var node = free[random.Next(free.Length)];
            var stop = Between(random, ShortestStop, longest);
            Fault fault = kinds.Dequeue() switch
            {
                0 => new Fault.Kill(node, at, Between(random, TimeSpan.Zero, Down)),
                1 => new Fault.Pause(node, at, paused ? stop : longest),
                2 => new Fault.Cut(node, at, stop),
                _ => new Fault.Crash(at, Between(random, TimeSpan.Zero, Down)),
            };
            paused |= fault is Fault.Pause;
            faults.Add(fault);
            if (fault is Fault.Crash)
            {
                at += fault.Lasts;
            }
            else
            {
                busy[node] = at + fault.Lasts + Down;
            }
        }

        return new(faults.ToImmutable(), skew);
    }

    public override string ToString() =>
        $"the last node's clock is wrong by {Skew.TotalMinutes:+0;-0} min\n{string.Join('\n', Faults)}";

    private static TimeSpan Between(Random random, TimeSpan least, TimeSpan most) =>
        least + (random.NextDouble() * (most - least));
}
