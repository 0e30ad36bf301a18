namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>
/// A process: everything that is awaited in it goes on as an event of the world. It may be killed or stopped at each of
/// these, and its clock may be put forward or back.
/// </summary>
internal sealed class Place(World world) : SynchronizationContext
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TimeSpan _paused;

    public bool Killed { get; private set; }

    public TimeSpan Step { get; set; }

    public TimeProvider Clock => field ??= new PlaceClock(this);

    /// <summary>Nothing of it goes on; what it has sent is on its way.</summary>
    public void Kill() => Killed = true;

    /// <summary>As SIGSTOP, and SIGCONT when the time is over.</summary>
    public void Pause(TimeSpan time) => _paused = world.Now + time;

    public override void Post(SendOrPostCallback d, object? state) =>
        In(TimeSpan.FromMicroseconds(world.Random.Next(1, 300)), () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;

    public void In(TimeSpan delay, Action action) =>
        world.In(
            delay,
            () =>
            {
                if (Killed)
                {
                    return;
                }

                if (_paused > world.Now)
                {
                    In(_paused - world.Now, action);
                    return;
                }

                var before = Current;
                SetSynchronizationContext(this);
                try
                {
                    action();
                }
                finally
                {
                    SetSynchronizationContext(before);
                }
            }
        );

    /// <summary>Its time of day may step; its timers are monotonic.</summary>
    private sealed class PlaceClock(Place place) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Epoch + place.Now + place.Step;

        public override long GetTimestamp() => place.Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new PlaceTimer(place, () => callback(state));
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private TimeSpan Now => world.Now;

    private sealed class PlaceTimer(Place place, Action callback) : ITimer
    {
        private int _set;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var mine = ++_set;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                place.In(dueTime, () => Fire(mine, period));
            }

            return true;
        }

        public void Dispose() => _set++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Fire(int mine, TimeSpan period)
        {
            if (mine != _set)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                place.In(period, () => Fire(mine, period));
            }

            callback();
        }
    }
}
