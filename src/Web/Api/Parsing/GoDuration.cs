using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Palisade.Web.Api.Parsing;

/// <summary>
/// Durations as Go writes and reads them: <c>1h30m0s</c>, <c>1.5s</c>, <c>300ms</c>, <c>-2m</c>, <c>0</c> (Go's
/// <c>time.ParseDuration</c>).
/// </summary>
public static class GoDuration
{
    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Seconds)[] Units =
    [
        ("ns", 1e-9),
        ("us", 1e-6),
        ("µs", 1e-6),
        ("μs", 1e-6),
        ("ms", 1e-3),
        ("s", 1),
        ("m", 60),
        ("h", 3600),
    ];

    /// <summary>False for anything that Go would refuse, and beyond ±290 years (Go's range).</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty || text!.Length > 64)
        {
            return false;
        }

        var total = 0d;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Number);
            if (
                digits <= 0
                || !double.TryParse(
                    rest[..digits],
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var number
                )
            )
            {
                return false;
            }

            rest = rest[digits..];
            var end = rest.IndexOfAny(Number);
            var unit = end < 0 ? rest : rest[..end];
            var scale = Scale(unit);
            if (scale == 0)
            {
                return false;
            }

            total += number * scale;
            rest = rest[unit.Length..];
        }

        if (total > 290d * 365 * 86_400)
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)Math.Round(total * TimeSpan.TicksPerSecond)) * (negative ? -1 : 1);
        return true;
    }

    private static double Scale(ReadOnlySpan<char> unit)
    {
        foreach (var (name, seconds) in Units)
        {
            if (unit.SequenceEqual(name))
            {
                return seconds;
            }
        }

        return 0;
    }
}
