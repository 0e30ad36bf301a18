namespace Palisade.Domain.Manifest;

/// <summary>One entry of an <c>environment:</c> list (convox-wire.md 6.4).</summary>
/// <param name="Name">The variable, or <c>*</c> for every variable of the release.</param>
/// <param name="Default">Its default (may be empty); null when a value is required, and for <c>*</c>.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.environment")]
public readonly record struct EnvironmentDeclaration(string Name, string? Default)
{
    public const string Everything = "*";

    /// <summary>The release must hold a value.</summary>
    public bool Required => Default is null && Name != Everything;

    /// <summary>Without the default, which may be a secret.</summary>
    public override string ToString() => Default is null ? Name : Name + "=…";
}
