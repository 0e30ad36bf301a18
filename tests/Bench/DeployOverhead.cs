namespace Palisade.Bench;

/// <summary>
/// A deploy of one replica, from the source's upload to its first healthy answer through the router, over the same by
/// hand.
/// </summary>
internal sealed class DeployOverhead : IBench
{
    public string Name => "deploy.overhead";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var deployment = await Deployment.StartAsync(1, ct);
        var measured = await Rounds.InterleavedAsync(
            deployment.DeployAsync,
            deployment.DeployByHandAsync,
            rounds: 7,
            ct: ct
        );
        return BenchResult.Of(Name, "ms", measured, Goal.RatioAtMost(1.2));
    }
}
