namespace Palisade.Driver.Wire;

/// <summary>How often the client's loops ask.</summary>
/// <param name="App">Between two looks at an app, and before the first (5 s officially, so that any wait takes 15
/// s).</param>
/// <param name="Build">Between two looks at a build (1 s).</param>
/// <param name="Process">Between two looks at a one-off process (1 s).</param>
/// <param name="Ping">Between two pings on a websocket (5 s).</param>
public sealed record CliRhythm(TimeSpan App, TimeSpan Build, TimeSpan Process, TimeSpan Ping)
{
    /// <summary>How long a wait for an app may last: 35 minutes officially.</summary>
    public TimeSpan AppLimit { get; init; } = TimeSpan.FromMinutes(35);

    /// <summary>Exactly as the official client.</summary>
    public static CliRhythm Official { get; } =
        new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));

    /// <summary>The same loops, faster, with a limit that fits a test.</summary>
    public static CliRhythm Fast { get; } =
        new(
            TimeSpan.FromMilliseconds(200),
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromSeconds(1)
        )
        {
            AppLimit = TimeSpan.FromMinutes(3),
        };
}
