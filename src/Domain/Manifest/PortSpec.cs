namespace Palisade.Domain.Manifest;

/// <summary>The protocol that a service speaks on its routed port.</summary>
[GenerateSerializer, Alias("palisade.manifest.port-scheme")]
public enum PortScheme
{
    Http,
    Https,
    Grpc,
    Grpcs,
    Tcp,
}

/// <summary>The routed port of a service.</summary>
/// <param name="Number">1 to 65535.</param>
/// <param name="Scheme">Default <see cref="PortScheme.Http"/>.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.port")]
public readonly record struct PortSpec(int Number, PortScheme Scheme);
