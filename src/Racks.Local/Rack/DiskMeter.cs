using System.Globalization;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Measures what processes hold on the disk: blocks, not lengths, so that a sparse file costs what it takes.
/// </summary>
/// <param name="written">What the engine counts of a container, by its id.</param>
/// <param name="folder">Where the volumes of apps are.</param>
/// <param name="find">The program that walks through folders: GNU find.</param>
internal sealed class DiskMeter(
    Func<string, CancellationToken, Task<long>> written,
    RackFolder folder,
    string find = "find"
)
{
    /// <summary>
    /// A file costs a block more than it holds: empty files use up the file system too.
    /// </summary>
    private const long PerFile = 4096;

    private const long BytesOfBlock = 512;

    private const string Vanished = "': No such file or directory";

    private const int ShownWords = 200;

    /// <summary>A line of blocks and names for each; what a folder is linked from lies in it.</summary>
    private static readonly string[] Each = ["-xdev", "-type", "d", "-printf", "%b 1\\n", "-o", "-printf", "%b %n\\n"];

    public static string VolumeRoot(RackFolder folder, string appId) => folder.File("volumes", appId);

    /// <summary>
    /// The bytes that it holds. Counting ends as soon as they are more than <paramref name="enough"/>.
    /// </summary>
    public Task<long> MeasureAsync(DiskHolder holder, long enough, CancellationToken cancellationToken) =>
        holder switch
        {
            LayerHolder layer => LayerAsync(layer.Container, enough, cancellationToken),
            VolumeHolder volumes => VolumesAsync(volumes, enough, cancellationToken),
            _ => throw new InvalidOperationException($"Unknown holder {holder.Key}."),
        };

    private async Task<long> LayerAsync(SeenContainer container, long enough, CancellationToken cancellationToken)
    {
        var own = container.HasVolumes ? [] : container.OwnVolumes;
        var held = Held([container], ["/proc/" + container.Pid + "/root", .. own], cancellationToken);
        // COMPAT: where the engine's storage has no upper folder (vfs), it compares whole trees itself.
        var counted = container.UpperFolder is { } upper
            ? await OfAsync([upper, .. container.OwnVolumes, .. container.OwnFiles], enough, cancellationToken)
            : Sum(
                await written(container.ContainerId, cancellationToken),
                await OfAsync([.. container.OwnVolumes, .. container.OwnFiles], enough, cancellationToken)
            );
        return Sum(counted, held);
    }

    private async Task<long> VolumesAsync(VolumeHolder volumes, long enough, CancellationToken cancellationToken)
    {
        var root = VolumeRoot(folder, volumes.AppId);
        return Sum(await OfAsync([root], enough, cancellationToken), Held(volumes.Mounting, [root], cancellationToken));
    }

    /// <summary>What the containers hold without a name on the file systems of some folders.</summary>
    private static long Held(
        IEnumerable<SeenContainer> containers,
        IEnumerable<string> folders,
        CancellationToken cancellationToken
    )
    {
        var devices = folders.Select(FileFacts.Of).OfType<FileFacts>().Select(f => f.Device).ToHashSet();
        return containers
            .SelectMany(c => HeldFiles.Of(c, cancellationToken))
            .Where(f => devices.Contains(f.Device))
            .DistinctBy(f => (f.Device, f.Inode))
            .Sum(f => f.Bytes + PerFile);
    }

    /// <summary>
    /// Links are not followed, other file systems not entered. A file of several names is counted once, in parts.
    /// Throws <see cref="IOException"/> when the sum would lack something that is there.
    /// </summary>
    private async Task<long> OfAsync(IEnumerable<string> places, long enough, CancellationToken cancellationToken)
    {
        var there = places.Where(Path.Exists).ToArray();
        if (there.Length == 0)
        {
            return 0;
        }

        var (sum, any, fault) = (0L, false, (string?)null);
        var exit = await HostCommand.LinesAsync(find, [.. there, .. Each], Add, Complain, cancellationToken);
        if (exit is null)
        {
            return sum;
        }

        // Files that go while they are counted make it complain and end with 1; the sum stands all the same. Whatever
        // else keeps it from an end (a signal, no more descriptors, a bad disk) says nothing of who is counted.
        return exit is not (0 or 1) || fault is not null || (!any && there.Any(Path.Exists))
            ? throw new IOException(
                $"The disk could not be measured: find ended with {exit}: {fault ?? "it said no more"}"
            )
            : sum;

        bool Add(string line)
        {
            any = true;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var blocks = long.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture);
            var names = long.Parse(line.AsSpan(space + 1), CultureInfo.InvariantCulture);
            sum += ((blocks * BytesOfBlock) + PerFile) / Math.Max(1, names);
            return sum <= enough;
        }

        // "find: 'path': reason". The path is the app's, and may be very long.
        void Complain(string words)
        {
            if (
                !words.StartsWith("find: '", StringComparison.Ordinal)
                || !words.EndsWith(Vanished, StringComparison.Ordinal)
            )
            {
                fault ??= words[^Math.Min(words.Length, ShownWords)..];
            }
        }
    }

    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
