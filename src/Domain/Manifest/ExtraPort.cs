namespace Palisade.Domain.Manifest;

/// <summary>A further port of a service.</summary>
/// <param name="Number">1 to 65535.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>; <c>tcp</c> when none is written.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.extra-port")]
public readonly record struct ExtraPort(int Number, string Protocol);
