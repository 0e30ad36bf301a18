namespace Palisade.Bench.Authz;

/// <summary>
/// <c>access.decide</c>: decisions per second on the workload of README.md, over <c>@casl/ability</c>'s on the same.
/// </summary>
internal sealed class AccessDecideBench : IBench
{
    public string Name => "access.decide";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var workload = Workload.Read();
        var policy = new WorkloadPolicy(workload).Direct();
        WorkloadCheck.Answers(workload, policy);
        WorkloadCheck.ManyMore(workload, policy, ct);
        var loop = new DecideLoop(workload, policy);
        using var casl = await CaslPeer.StartAsync(ct);

        var measured = await Rounds.InterleavedAsync(
            _ => Task.FromResult(loop.PerSecond()),
            casl.PerSecondAsync,
            ct: ct
        );

        return BenchResult.Of(Name, "ops/s", measured, Goal.RatioAtLeast(5));
    }
}
