namespace Palisade.Domain.Racks;

/// <summary>The most that an operator lets a parameter of racks be, whatever its own bounds are.</summary>
/// <param name="Value">In the parameter's unit.</param>
/// <param name="Setting">The server's setting that holds it, as the operator writes it.</param>
public sealed record ParameterCeiling(long Value, string Setting);
