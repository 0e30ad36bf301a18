using System.Globalization;

namespace Palisade.Bench;

/// <summary>What a measurement has to reach.</summary>
internal sealed class Goal
{
    private readonly Func<Measured, bool> _isMet;

    private Goal(string text, Func<Measured, bool> isMet) => (Text, _isMet) = (text, isMet);

    public string Text { get; }

    /// <summary>Ours is at most so many times the reference: for times and sizes.</summary>
    public static Goal RatioAtMost(double limit) =>
        new($"ratio <= {limit.ToString(CultureInfo.InvariantCulture)}", m => m.Ours <= limit * m.Reference);

    /// <summary>Ours is at least so many times the reference: for rates.</summary>
    public static Goal RatioAtLeast(double limit) =>
        new($"ratio >= {limit.ToString(CultureInfo.InvariantCulture)}", m => m.Ours >= limit * m.Reference);

    /// <summary>Ours is at most so much, in the result's unit: for what has no reference.</summary>
    public static Goal AtMost(double limit) =>
        new($"value <= {limit.ToString(CultureInfo.InvariantCulture)}", m => m.Ours <= limit);

    /// <summary>Ours exceeds the reference by at most so much, in the result's unit.</summary>
    public static Goal ExtraAtMost(double limit) =>
        new($"value - reference <= {limit.ToString(CultureInfo.InvariantCulture)}", m => m.Ours - m.Reference <= limit);

    public bool IsMet(Measured measured) => _isMet(measured);
}
