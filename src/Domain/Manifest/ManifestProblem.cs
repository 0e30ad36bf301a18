namespace Palisade.Domain.Manifest;

/// <summary>
/// One thing that is wrong (or, as a warning, odd) in a manifest, for a person. No text of it holds an interpolated
/// value, a control character or a <c>%</c> (the convox client prints errors through printf).
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.problem")]
public sealed record ManifestProblem
{
    /// <summary>Line in the manifest as written, from 1.</summary>
    [Id(0)]
    public required int Line { get; init; }

    /// <summary>Column in the manifest as written, from 1.</summary>
    [Id(1)]
    public required int Column { get; init; }

    /// <summary>The key's path, for example <c>services.web.port</c>; empty for the document as a whole.</summary>
    [Id(2)]
    public required string Key { get; init; }

    /// <summary>What is wrong, without line and key.</summary>
    [Id(3)]
    public required string Message { get; init; }

    /// <summary>What to do about it.</summary>
    [Id(4)]
    public required string Remedy { get; init; }

    /// <summary>As one line: <c>line 7: services.web.port: not a port number: eighty; use 1 to 65535</c>.</summary>
    public string Text => $"line {Line}: {(Key.Length == 0 ? "" : Key + ": ")}{Message}; {Remedy}";

    /// <inheritdoc/>
    public override string ToString() => Text;
}
