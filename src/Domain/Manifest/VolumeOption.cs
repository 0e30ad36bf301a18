namespace Palisade.Domain.Manifest;

/// <summary>An entry of <c>volumeOptions</c>.</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.volume-option")]
public abstract record VolumeOption([property: Id(0)] string Id, [property: Id(1)] string MountPath);

/// <summary>A folder that lives as long as the process.</summary>
/// <param name="Id">Its name.</param>
/// <param name="MountPath">Absolute path in the container.</param>
/// <param name="Memory">Held in memory (<c>medium: Memory</c>).</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.empty-dir")]
public sealed record EmptyDirVolume(string Id, string MountPath, bool Memory) : VolumeOption(Id, MountPath);

/// <summary>A folder on AWS EFS.</summary>
/// <param name="Id">Its name.</param>
/// <param name="MountPath">Absolute path in the container.</param>
/// <param name="AccessMode"><c>ReadWriteOnce</c>, <c>ReadOnlyMany</c> or <c>ReadWriteMany</c>.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.aws-efs")]
public sealed record AwsEfsVolume(string Id, string MountPath, string AccessMode) : VolumeOption(Id, MountPath);
