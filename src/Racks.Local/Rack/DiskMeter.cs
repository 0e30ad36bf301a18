using System.Collections.Immutable;
using System.Globalization;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Machine;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Measures what running processes hold on the disk: blocks, not lengths, so that a sparse file costs what it takes.
/// </summary>
/// <param name="written">What the engine counts of a container, by its id.</param>
/// <param name="folder">Where the volumes of apps are.</param>
internal sealed class DiskMeter(Func<string, CancellationToken, Task<long>> written, RackFolder folder)
{
    /// <summary>
    /// A file costs a block more than it holds: empty files use up the file system too.
    /// </summary>
    private const long PerFile = 4096;

    private const int AtOnce = 2;

    public static string VolumeRoot(RackFolder folder, string appId) => folder.File("volumes", appId);

    public async Task<DiskUse> MeasureAsync(
        IReadOnlyCollection<SeenContainer> running,
        CancellationToken cancellationToken
    )
    {
        var layers = await MeasureAsync(running, c => c.ContainerId, LayerAsync, cancellationToken);
        var volumes = await MeasureAsync(
            running.Where(c => c.HasVolumes).Select(c => c.Labels.AppId).Distinct(),
            app => app,
            (app, ct) => OfAsync(VolumeRoot(folder, app), ct),
            cancellationToken
        );
        return new DiskUse(layers, volumes);
    }

    private async Task<long> LayerAsync(SeenContainer container, CancellationToken cancellationToken)
    {
        // COMPAT: where the engine's storage has no upper folder (vfs), it compares whole trees itself.
        var sum = container.UpperFolder is { } upper
            ? await OfAsync(upper, cancellationToken)
            : await written(container.ContainerId, cancellationToken);
        foreach (var own in container.OwnVolumes)
        {
            sum = Sum(sum, await OfAsync(own, cancellationToken));
        }

        return sum;
    }

    private static async Task<long> OfAsync(string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return 0;
        }

        var bytes = await DuAsync("--block-size=1", path, cancellationToken);
        var files = await DuAsync("--inodes", path, cancellationToken);
        return bytes is null || files is null
            ? (Directory.Exists(path) ? DiskUse.Uncountable : 0)
            : Sum(bytes.Value, files.Value * PerFile);
    }

    /// <summary>Null when it ended without a sum. Links are not followed, other file systems not entered.</summary>
    private static async Task<long?> DuAsync(string unit, string path, CancellationToken cancellationToken)
    {
        // Files that go while they are counted make it complain; the sum stands all the same.
        var counted = await HostCommand.RunAsync("du", ["-sx", unit, "--", path], cancellationToken);
        return long.TryParse(counted.Output.Split('\t')[0], CultureInfo.InvariantCulture, out var sum) ? sum : null;
    }

    private static long Sum(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    private static async Task<ImmutableDictionary<string, long>> MeasureAsync<T>(
        IEnumerable<T> items,
        Func<T, string> name,
        Func<T, CancellationToken, Task<long>> measure,
        CancellationToken cancellationToken
    )
    {
        var sums = new System.Collections.Concurrent.ConcurrentDictionary<string, long>();
        await Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (item, ct) =>
            {
                try
                {
                    sums[name(item)] = await measure(item, ct);
                }
                catch (TimeoutException)
                {
                    sums[name(item)] = DiskUse.Uncountable;
                }
                catch (EngineException e) when (e.IsNotFound)
                {
                    sums[name(item)] = 0; // It has gone since; the others are measured all the same.
                }
            }
        );
        return sums.ToImmutableDictionary();
    }
}
