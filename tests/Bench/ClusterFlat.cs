using System.Globalization;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// The 99th percentile of a call where there are 100,000 apps in its organization and 1,000 other organizations, over
/// that of the same call of the same apps where there is nothing else. The calls alternate between the two.
/// </summary>
internal abstract class ClusterFlat(string what, bool change) : IBench
{
    private const int Apps = 100_000;
    private const int Organizations = 1_000;

    /// <summary>Apps that are asked for, in turn.</summary>
    private const int Active = 16;
    private const int WarmUp = 2_000;
    private const int Calls = 1_000;

    public string Name => $"cluster.flat.{what}";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var full = await StartAsync(ct);
        await using var empty = await StartAsync(ct);
        await FillAsync(full, ct);
        await using var ours = await CallerAsync(full, ct);
        await using var theirs = await CallerAsync(empty, ct);
        await RoundAsync(ours, theirs, WarmUp, ct);
        var measured = await Rounds.PairedAsync(() => RoundAsync(ours, theirs, Calls, ct), ct: ct);
        return BenchResult.Of(Name, "ms", measured, Goal.RatioAtMost(2));
    }

    private static async Task<(double Ours, double Reference)> RoundAsync(
        Caller ours,
        Caller theirs,
        int calls,
        CancellationToken ct
    )
    {
        var (mine, others) = (new List<double>(calls), new List<double>(calls));
        for (var call = 0; call < calls; call++)
        {
            mine.Add(await Rounds.MillisecondsAsync(ours.CallAsync, ct));
            others.Add(await Rounds.MillisecondsAsync(theirs.CallAsync, ct));
        }

        return (Rounds.Percentile(mine, 99), Rounds.Percentile(others, 99));
    }

    private static async Task<BenchCluster> StartAsync(CancellationToken ct)
    {
        var cluster = await BenchCluster.StartAsync(nodes: 1, ct);
        await Task.WhenAll(Enumerable.Range(0, Active).Select(i => cluster.First.CreateAppAsync(App(i), ct)));
        return cluster;
    }

    private static async Task FillAsync(BenchCluster cluster, CancellationToken ct)
    {
        await BenchOrganizations.CreateAsync(cluster.First, Organizations, ct);
        await cluster.RunAsync(MoreApps(cluster.First.Rack, App(0)));
        await cluster.RunAsync("ANALYZE");
        await Poll.UntilAsync(
            async () => await cluster.RunAsync("SELECT count(*) FROM unsealed") == 0,
            TimeSpan.FromMinutes(5),
            "what was made in the logs of its organizations",
            TimeSpan.FromMilliseconds(500),
            ct
        );
    }

    /// <summary>
    /// Apps with the rows that one has which was made by a call, but for those of the organization's log, which the
    /// audit benches make long.
    /// </summary>
    private static string MoreApps(string rack, string app)
    {
        var (org, name) = (rack.Split('/')[0], rack.Split('/')[1]);
        var stream = $"app/{rack}/{app}";
        return $"""
            CREATE TEMP TABLE more AS SELECT 'more' || i AS name FROM generate_series(1, {Apps}) i;
            INSERT INTO stream (id, org, kind, head, hash)
                SELECT 'app/{rack}/' || more.name, org, kind, head, hash FROM stream, more WHERE id = '{stream}';
            INSERT INTO journal (stream, seq, org, at, actor_kind, actor, operation, resource_type, resource, result,
                    request_id, prev_hash, hash)
                SELECT 'app/{rack}/' || more.name, seq, org, at, actor_kind, actor, operation, resource_type,
                    '{name}/' || more.name, result, request_id, prev_hash, hash
                FROM journal, more WHERE stream = '{stream}';
            INSERT INTO journal_body (stream, seq, body)
                SELECT 'app/{rack}/' || more.name, seq, replace(body, '{app}', more.name)
                FROM journal_body, more WHERE stream = '{stream}';
            INSERT INTO view (org, kind, key, sort, json)
                SELECT org, kind, '{name}/' || more.name, sort, replace(json, '{app}', more.name)
                FROM view, more WHERE org = '{org}' AND kind = 'app' AND key = '{name}/{app}';
            """;
    }

    private static string App(int number) => string.Create(CultureInfo.InvariantCulture, $"bench{number}");

    private async Task<Caller> CallerAsync(BenchCluster cluster, CancellationToken ct) =>
        new(
            await KeepAliveConnection.OpenAsync(cluster.First.Process.HttpsPort, ct),
            [.. RequestsOf(cluster.First, turn: true), .. RequestsOf(cluster.First, turn: false)]
        );

    private IEnumerable<byte[]> RequestsOf(BenchServer server, bool turn) =>
        Enumerable.Range(0, Active).Select(i => ClusterLoad.Call(change, $"/apps/{App(i)}", server.Headers, turn));

    /// <summary>Sends its requests in turn, again and again.</summary>
    private sealed class Caller(KeepAliveConnection connection, byte[][] requests) : IAsyncDisposable
    {
        private int _next;

        public Task CallAsync(CancellationToken ct) => connection.SendAsync(requests[_next++ % requests.Length], ct);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}

internal sealed class ClusterFlatRead() : ClusterFlat("read", change: false);

internal sealed class ClusterFlatWrite() : ClusterFlat("write", change: true);
