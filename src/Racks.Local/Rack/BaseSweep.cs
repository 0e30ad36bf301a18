using System.Collections.Immutable;
using Palisade.Racks.Local.Build;
using Palisade.Racks.Local.Engine;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Takes away images that were pulled for builds, when none has begun with them for a while. What a kept image is made
/// of stays: its layers are there anyway, and its next build needs no registry. To be run while no build does.
/// </summary>
internal sealed class BaseSweep(DockerClient client, BaseImages bases)
{
    /// <summary>Names that no registry has are ours, or put there by the operator's own hand.</summary>
    private const string Local = "localhost/";

    /// <summary>How long what nothing needs is kept: not at all when less than a tenth of the disk is free.</summary>
    public static TimeSpan Keep(DriveInfo drive, TimeSpan keep) =>
        Keep(drive.AvailableFreeSpace, drive.TotalSize, keep);

    internal static TimeSpan Keep(long free, long total, TimeSpan keep) => free < total / 10 ? TimeSpan.Zero : keep;

    /// <param name="keep">For how long what no build takes is kept.</param>
    /// <param name="removed">Gets each name that is removed.</param>
    /// <param name="cancellationToken">Ends it between two.</param>
    public async Task RunAsync(TimeSpan keep, ICollection<string> removed, CancellationToken cancellationToken)
    {
        var images = await client.ListImagesAsync([], cancellationToken);
        var pulled = images.Where(image => !image.Names.IsEmpty && image.Names.All(IsPulled)).ToList();

        // An image is taken by any of its names.
        var unused = bases
            .Idle([.. pulled.SelectMany(image => image.AllNames)], keep)
            .ToHashSet(StringComparer.Ordinal);
        var idle = pulled.Where(image => image.AllNames.All(unused.Contains)).SelectMany(image => image.Names).ToList();
        if (idle.Count == 0)
        {
            return;
        }

        var made = new List<ImmutableArray<string>>();
        foreach (var image in images.Where(image => image.Names.Any(name => !IsPulled(name))))
        {
            made.Add(await LayersAsync(image.Id, cancellationToken));
        }

        foreach (var name in idle)
        {
            var layers = await LayersAsync(name, cancellationToken);
            if (
                !made.Exists(image => image.AsSpan().StartsWith(layers.AsSpan()))
                && await TryRemoveAsync(name, cancellationToken)
            )
            {
                removed.Add(name);
            }
        }
    }

    private static bool IsPulled(string name) => !name.StartsWith(Local, StringComparison.Ordinal);

    private async Task<ImmutableArray<string>> LayersAsync(string image, CancellationToken cancellationToken) =>
        (await client.InspectImageAsync(image, cancellationToken))?.RootFS?.Layers ?? [];

    /// <summary>False when a process runs on it still.</summary>
    private async Task<bool> TryRemoveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await client.RemoveImageAsync(name, force: false, cancellationToken);
        }
        catch (EngineException e) when (e.IsConflict)
        {
            return false;
        }
    }
}
