namespace Palisade.Bench;

/// <summary>The medians of the same rounds.</summary>
internal readonly record struct Measured(double Ours, double Reference);
