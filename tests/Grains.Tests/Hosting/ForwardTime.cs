namespace Palisade.Grains.Tests.Hosting;

/// <summary>Time stamps that a test puts forward; timers are the system's.</summary>
internal sealed class ForwardTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public void Forward(TimeSpan by) => _ticks += by.Ticks;
}
