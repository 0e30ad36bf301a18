namespace Palisade.Domain.Manifest;

/// <summary>The certificate of a service's domains.</summary>
/// <param name="Id">A certificate of the rack; null for a generated one.</param>
/// <param name="Duration">Life of a generated one, as written; null for the default.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.certificate")]
public sealed record CertificateSpec(string? Id, string? Duration);
