using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Tests.Hosting;
using Palisade.Storage.Jobs;
using Palisade.Storage.Logs;

namespace Palisade.Grains.Tests.Apps;

/// <summary>What tests of pruning do and look at.</summary>
internal static class PruneFacts
{
    public static (string, string)[] Two { get; } = [("Apps:KeepReleases", "2"), ("Apps:KeepProven", "1")];

    public static async Task<List<BuildState>> BuildsAsync(Acme acme, int count)
    {
        var builds = new List<BuildState>();
        for (var i = 0; i < count; i++)
        {
            builds.Add(await acme.BuildAsync());
        }

        return builds;
    }

    public static Task PrunedAsync(Acme acme) =>
        Eventually.Of(
            () => acme.JobsAsync(PruneJob.Kind),
            jobs => jobs.Length > 0 && jobs.All(j => j.Status == JobStatus.Done),
            "every prune is done"
        );

    public static async Task<IEnumerable<string>> RowsAsync(Acme acme, string kind) =>
        (await acme.Host.Store.Views.ListAsync(new("acme", kind, "staging/web/")))
            .Select(r => r.Key[(r.Key.LastIndexOf('/') + 1)..])
            .Order(StringComparer.Ordinal);

    public static async Task<int> LinesAsync(Acme acme, string build)
    {
        var lines = 0;
        await foreach (var _ in acme.Host.Store.Logs.ReadAsync($"build/acme/staging/web/{build}", new LogQuery()))
        {
            lines++;
        }

        return lines;
    }
}
