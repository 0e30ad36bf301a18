using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;

namespace Palisade.Racks.Local.Rack;

/// <summary>S24: what processes may hold on the disk, in MiB.</summary>
/// <param name="LayerMebibytes">One process, outside of its app's volumes.</param>
/// <param name="VolumeMebibytes">The volumes of one app.</param>
internal sealed record DiskLimits(long LayerMebibytes, long VolumeMebibytes)
{
    /// <summary>
    /// SECURITY (S24): whoever makes so many files that they can't be counted has gone beyond any limit.
    /// </summary>
    public const long Uncountable = long.MaxValue;

    private const long Mebibyte = 1 << 20;

    private const string VolumeLimit = nameof(VolumeLimit);

    /// <summary>The operator's, by name of the rack's parameter.</summary>
    public ImmutableDictionary<string, ParameterCeiling> Ceilings { get; init; } =
        ImmutableDictionary<string, ParameterCeiling>.Empty;

    public long Layer => LayerMebibytes * Mebibyte;

    public long Volumes => VolumeMebibytes * Mebibyte;

    /// <summary>
    /// What volumes never hold for long: nobody who mounts them runs. Above the limit by a quarter, and by a GiB at
    /// least, so that what is written before it is noticed leaves room to clear it.
    /// </summary>
    public long VolumesAtMost => Volumes + Math.Max(Volumes / 4, 1024 * Mebibyte);

    /// <summary>Why a process is to be stopped that holds so much, or null.</summary>
    public string? OfLayer(long held) =>
        held <= Layer
            ? null
            : $"it has written {Shown(held)} outside of its volumes, more than the {LayerMebibytes} MiB that a process "
                + $"may ({Whose("DiskLimit", LayerMebibytes)})";

    /// <summary>
    /// Why whoever mounts volumes that hold so much is to be stopped, or null. Who doesn't make them grow may go on:
    /// that is how they are cleared.
    /// </summary>
    /// <param name="app">Whose they are.</param>
    /// <param name="held">What they hold.</param>
    /// <param name="before">What they held when they were last counted, whoever ran since; null the first time.</param>
    public string? OfVolumes(string app, long held, long? before) =>
        Full(app, held) is { } full ? full
        : held > Volumes && held > before ? $"{Beyond(app, held)}, and grow"
        : null;

    /// <summary>What refuses whoever is to mount the app's volumes, or null.</summary>
    public Conflict? Refused(string app, long held) =>
        Full(app, held) is { } reason
            ? new Conflict("rack.volumes_full", reason)
            {
                Suggestion = AtCeiling(VolumeLimit, VolumeMebibytes) is { } ceiling
                    ? $"ask the operator of this installation, who lets no rack have more, to raise {ceiling.Setting}; then raise "
                        + $"{VolumeLimit} with convox rack params set, delete files of theirs, and have both set back"
                    : $"raise {VolumeLimit} with convox rack params set, delete files of theirs, and set it back",
            }
            : null;

    /// <summary>Why nobody may mount the app's volumes, or null.</summary>
    public string? Full(string app, long held) =>
        held <= VolumesAtMost
            ? null
            : $"{Beyond(app, held)}, and so much more that nothing that mounts them may run until it is raised";

    private string Beyond(string app, long held) =>
        $"the volumes of {app} hold {Shown(held)}, more than the {VolumeMebibytes} MiB that they may "
        + $"({Whose(VolumeLimit, VolumeMebibytes)})";

    private string Whose(string parameter, long value) =>
        AtCeiling(parameter, value) is { } ceiling
            ? $"rack parameter {parameter}, which the operator of this installation lets be no more: {ceiling.Setting}"
            : $"rack parameter {parameter}";

    private ParameterCeiling? AtCeiling(string parameter, long value) =>
        Ceilings.TryGetValue(parameter, out var ceiling) && value >= ceiling.Value ? ceiling : null;

    private static string Shown(long bytes) =>
        bytes == Uncountable ? "more files than can be counted" : $"{bytes / Mebibyte} MiB";
}
