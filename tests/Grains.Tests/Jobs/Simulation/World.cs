namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>
/// One thread, one order of events, one source of randomness, and a time that passes only from event to event: the same
/// seed gives the same story.
/// </summary>
internal sealed class World(int seed)
{
    private readonly PriorityQueue<Action, (TimeSpan At, long N)> _events = new();
    private readonly Thread _thread = Thread.CurrentThread;
    private long _n;

    public Random Random { get; } = new(seed);

    public TimeSpan Now { get; private set; }

    /// <summary>What happened, as one number: equal stories have equal ones.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    /// <summary>Something went on in another thread, in an order that no seed decides.</summary>
    public string? Escaped { get; private set; }

    public void In(TimeSpan delay, Action action)
    {
        if (Thread.CurrentThread != _thread)
        {
            Escaped ??= Environment.StackTrace;
        }

        _events.Enqueue(action, (Now + delay, _n++));
    }

    /// <summary>Lets events happen until it is enough; false when the time was over before.</summary>
    public bool Run(Func<bool> enough, TimeSpan until)
    {
        while (!enough())
        {
            if (!_events.TryDequeue(out var action, out var when) || when.At > until)
            {
                return false;
            }

            Now = when.At;
            action();
        }

        return true;
    }

    /// <summary>Adds to the story's fingerprint (FNV-1a).</summary>
    public void Note(string what)
    {
        foreach (var c in $"{Now.Ticks} {what}")
        {
            Fingerprint = (Fingerprint ^ c) * 1099511628211;
        }
    }

    public bool Chance(double probability) => Random.NextDouble() < probability;

    public TimeSpan Between(double fromSeconds, double toSeconds) =>
        TimeSpan.FromSeconds(fromSeconds + (Random.NextDouble() * (toSeconds - fromSeconds)));

    public T One<T>(IReadOnlyList<T> of) => of[Random.Next(of.Count)];
}
