using System.Diagnostics;

namespace Palisade.Faults.Tests.History;

/// <summary>
/// When a request was under way, by the clock that all clients share. What was not answered may take effect at any time
/// later.
/// </summary>
internal readonly record struct Span(long Began, long Ended)
{
    public static long Now => Stopwatch.GetTimestamp();

    public bool IsBefore(Span other) => Ended < other.Began;

    public override string ToString() =>
        $"[{Began / (Stopwatch.Frequency / 1000)}, {(Ended == long.MaxValue ? "…" : Ended / (Stopwatch.Frequency / 1000))}] ms";
}
