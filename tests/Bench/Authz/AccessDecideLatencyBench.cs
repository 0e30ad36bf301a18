namespace Palisade.Bench.Authz;

/// <summary><c>access.decide.p99</c>: of the mean times of 64 decisions each, the 99th percentile.</summary>
internal sealed class AccessDecideLatencyBench : IBench
{
    public string Name => "access.decide.p99";

    public Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var workload = Workload.Read();
        var loop = new DecideLoop(workload, new WorkloadPolicy(workload).Direct());
        loop.PerSecond();
        var rounds = Enumerable.Range(0, Rounds.Least).Select(_ => loop.P99OfMeans()).ToArray();
        return Task.FromResult(BenchResult.Of(Name, "us", Rounds.Median(rounds), Goal.AtMost(1)));
    }
}
