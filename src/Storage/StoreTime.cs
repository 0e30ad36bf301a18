namespace Palisade.Storage;

/// <summary>Times as stored: whole microseconds since 1970-01-01 UTC, the precision that PostgreSQL has too.</summary>
internal static class StoreTime
{
    public static long ToMicroseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>The clock, cut to what is stored.</summary>
    public static DateTimeOffset Now(TimeProvider clock) => FromMicroseconds(ToMicroseconds(clock.GetUtcNow()));
}
