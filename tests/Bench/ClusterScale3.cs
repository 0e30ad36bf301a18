namespace Palisade.Bench;

/// <summary>
/// Commands per second of 32 clients at three nodes over those of one, on the same cores: what it costs that nodes have
/// only the database in common.
/// </summary>
internal sealed class ClusterScale3 : IBench
{
    private const int Clients = 32;

    public string Name => "cluster.scale3";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var three = ClusterLoad.Of(Clients);
        await using var one = ClusterLoad.Of(Clients);
        var measured = await Rounds.InterleavedAsync(
            await three.OursAsync(nodes: 3, change: true, ct),
            await one.OursAsync(nodes: 1, change: true, ct),
            ct: ct
        );
        return BenchResult.Of(Name, "ops/s", measured, Goal.RatioAtLeast(0.9));
    }
}
