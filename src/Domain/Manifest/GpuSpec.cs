namespace Palisade.Domain.Manifest;

/// <summary>GPUs of a process.</summary>
/// <param name="Count">At least 1.</param>
/// <param name="Vendor">Default <c>nvidia</c>.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.gpu")]
public sealed record GpuSpec(int Count, string Vendor);
