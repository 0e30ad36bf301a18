using System.Collections.Immutable;

namespace Palisade.Racks.Local.Rack;

/// <summary>What processes hold on the disk, in bytes.</summary>
/// <param name="Layers">By container id: what it has written outside of its volumes.</param>
/// <param name="Volumes">By app id: what the volumes of the app hold.</param>
internal sealed record DiskUse(ImmutableDictionary<string, long> Layers, ImmutableDictionary<string, long> Volumes)
{
    /// <summary>
    /// SECURITY (S24): whoever makes so many files that they can't be counted has gone beyond any limit.
    /// </summary>
    public const long Uncountable = long.MaxValue;

    private const long Mebibyte = 1 << 20;

    public static DiskUse None { get; } =
        new(ImmutableDictionary<string, long>.Empty, ImmutableDictionary<string, long>.Empty);

    /// <summary>
    /// The running containers that are to be stopped, and why. Whoever mounts volumes that are full may go on while
    /// they do not grow: that is how they are cleared. Of what can't be counted nobody knows whether it grows.
    /// </summary>
    public IEnumerable<(SeenContainer Container, string Reason)> Exceeding(
        IEnumerable<SeenContainer> running,
        DiskUse before,
        int layerMebibytes,
        int volumeMebibytes
    )
    {
        foreach (var container in running)
        {
            var app = container.Labels.AppId;
            if (Layers.GetValueOrDefault(container.ContainerId) is var layer && layer > layerMebibytes * Mebibyte)
            {
                yield return (
                    container,
                    $"it has written {Shown(layer)} outside of its volumes, more than the {layerMebibytes} MiB "
                        + "that a process may (rack parameter DiskLimit)"
                );
            }
            else if (
                container.HasVolumes
                && Volumes.GetValueOrDefault(app) is var held
                && held > volumeMebibytes * Mebibyte
                && (held == Uncountable || (before.Volumes.TryGetValue(app, out var earlier) && held > earlier))
            )
            {
                yield return (
                    container,
                    $"the volumes of {container.Labels.App.App} hold {Shown(held)}, more than the {volumeMebibytes} MiB "
                        + $"that they may (rack parameter VolumeLimit){(held == Uncountable ? "" : ", and grow")}"
                );
            }
        }
    }

    private static string Shown(long bytes) =>
        bytes == Uncountable ? "more files than can be counted" : $"{bytes / Mebibyte} MiB";
}
