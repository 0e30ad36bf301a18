namespace Palisade.Bench;

/// <summary>A line of the report.</summary>
/// <param name="Name">The bench's name.</param>
/// <param name="Value">Ours: the median of the rounds.</param>
/// <param name="Unit">Of value and reference: <c>ops/s</c>, <c>ms</c>, <c>MiB</c>.</param>
/// <param name="Reference">The reference in the same run; null when there is nothing to compare with.</param>
/// <param name="Ratio">Value divided by reference.</param>
/// <param name="Goal">In words, as <c>ratio &lt;= 1.2</c>; null when there is none.</param>
/// <param name="Met">Whether the goal was met; null without one.</param>
internal sealed record BenchResult(
    string Name,
    double Value,
    string Unit,
    double? Reference,
    double? Ratio,
    string? Goal,
    bool? Met
)
{
    /// <summary>A measurement without a reference.</summary>
    public static BenchResult Of(string name, double value, string unit) =>
        new(name, value, unit, null, null, null, null);

    /// <summary>A measurement held against a goal of its own.</summary>
    public static BenchResult Of(string name, string unit, double value, Goal goal) =>
        new(name, value, unit, null, null, goal.Text, goal.IsMet(new(value, double.NaN)));

    /// <summary>A measurement beside its reference, held against a goal.</summary>
    public static BenchResult Of(string name, string unit, Measured measured, Goal? goal) =>
        new(
            name,
            measured.Ours,
            unit,
            measured.Reference,
            measured.Ours / measured.Reference,
            goal?.Text,
            goal?.IsMet(measured)
        );
}
