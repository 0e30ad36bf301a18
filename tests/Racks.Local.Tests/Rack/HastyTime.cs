namespace Palisade.Racks.Local.Tests.Rack;

/// <summary>The machine's time, a hundred times as fast.</summary>
internal sealed class HastyTime : TimeProvider
{
    private const int Haste = 100;

    public override long TimestampFrequency => System.TimestampFrequency / Haste;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Hasty(dueTime), Hasty(period));

    private static TimeSpan Hasty(TimeSpan time) => time > TimeSpan.Zero ? time / Haste : time;
}
