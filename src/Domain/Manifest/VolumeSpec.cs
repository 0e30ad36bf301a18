namespace Palisade.Domain.Manifest;

/// <summary>Whose a volume is.</summary>
[GenerateSerializer, Alias("palisade.manifest.volume-kind")]
public enum VolumeKind
{
    /// <summary>Shared by the processes of one service.</summary>
    Service,

    /// <summary>Shared by the services of the app that name it.</summary>
    App,

    /// <summary>A path of the host (S24).</summary>
    Host,
}

/// <summary>A mount of a service.</summary>
/// <param name="Kind">Whose it is.</param>
/// <param name="Source">The volume's name for <see cref="VolumeKind.App"/>, the host's path for
/// <see cref="VolumeKind.Host"/>, else empty.</param>
/// <param name="Path">Absolute, normalised path in the container, never a system folder.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.volume")]
public readonly record struct VolumeSpec(VolumeKind Kind, string Source, string Path);
