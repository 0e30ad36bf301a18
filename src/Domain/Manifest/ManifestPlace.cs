namespace Palisade.Domain.Manifest;

/// <summary>Where a key stands in the manifest as it was written (before interpolation). Both count from 1.</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.place")]
public readonly record struct ManifestPlace(int Line, int Column);
