namespace Palisade.Bench;

/// <summary>
/// <c>GET /apps/{app}</c> on PostgreSQL, authorized and as fresh as a read that begins with the request, from 32 HTTPS
/// keep-alive clients, over the better of two bare endpoints that select a row.
/// </summary>
internal sealed class ClusterGet : IBench
{
    private const int Clients = 32;

    public string Name => "cluster.get";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var load = ClusterLoad.Of(Clients);
        var ours = await load.OursAsync(nodes: 1, change: false, ct);
        var bare = await load.BareAsync(change: false, ct);
        return BenchResult.Of(Name, "ops/s", await Rounds.BesideBestAsync(ours, bare, ct), Goal.RatioAtLeast(1));
    }
}
