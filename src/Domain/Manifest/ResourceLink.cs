namespace Palisade.Domain.Manifest;

/// <summary>A service's link to a resource.</summary>
/// <param name="Name">A resource of the manifest.</param>
/// <param name="Variable">The only variable to set; null for all of the resource's.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.resource-link")]
public readonly record struct ResourceLink(string Name, string? Variable);
