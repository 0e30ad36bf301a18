namespace Palisade.Domain.Audit.Sinks;

/// <summary>Bounds of sinks.</summary>
public static class SinkRules
{
    /// <summary>Of one log.</summary>
    public const int MaxSinks = 10;

    /// <summary>That sign at the same time; a receiver looks at every signature.</summary>
    public const int MaxSecrets = 5;

    /// <summary>Longest time that a rolled secret may go on.</summary>
    public static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a sink may fail without a success in between until it is paused: a long weekend, and what senders of
    /// webhooks usually grant.
    /// </summary>
    public static readonly TimeSpan PauseAfter = TimeSpan.FromDays(3);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait after so many failures in a row: <paramref name="first"/>, and twice as long each
    /// time.</summary>
    public static TimeSpan Backoff(int failures, TimeSpan first)
    {
        var doubled = first * Math.Pow(2, Math.Min(failures - 1, 20));
        return doubled < LongestDelay ? doubled : LongestDelay;
    }
}
