namespace Palisade.Bench;

/// <summary>As <see cref="DeployOverhead"/>, of 20 replicas, until the last of them is healthy.</summary>
internal sealed class DeployOverhead20 : IBench
{
    public string Name => "deploy.overhead20";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var deployment = await Deployment.StartAsync(20, ct);
        var measured = await Rounds.InterleavedAsync(deployment.DeployAsync, deployment.DeployByHandAsync, ct: ct);
        return BenchResult.Of(Name, "ms", measured, Goal.RatioAtMost(1.15));
    }
}
