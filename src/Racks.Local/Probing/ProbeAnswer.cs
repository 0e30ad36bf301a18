namespace Palisade.Racks.Local.Probing;

/// <summary>
/// One probe's answer: <see cref="Text"/> is for failure messages (<c>status 500</c>, <c>connection refused</c>,
/// <c>timed out after 4 s</c>), without control characters and without anything that the process wrote.
/// </summary>
public sealed record ProbeAnswer(bool Healthy, ProbeOutcome Outcome, string Text, DateTimeOffset At)
{
    /// <summary>Nothing listens there.</summary>
    public const string ConnectionRefused = "connection refused";
}
