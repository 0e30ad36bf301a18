namespace Palisade.Driver;

/// <summary>The load under which nothing may be lost: issue 2 promises it at 200 requests a second or more.</summary>
public static class SteadyRate
{
    private const int PerSecond = 200;

    /// <summary>
    /// How many requests are to be made in a time. Counted, and not divided by the time at the end: on a machine that
    /// is busy for a moment they come late, but all of them come, and on one that can't make them a test fails.
    /// </summary>
    public static long Requests(TimeSpan time) => (long)Math.Ceiling(PerSecond * time.TotalSeconds);
}
