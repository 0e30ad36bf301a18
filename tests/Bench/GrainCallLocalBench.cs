namespace Palisade.Bench;

/// <summary><see cref="GrainCallLocal"/> in the report.</summary>
internal sealed class GrainCallLocalBench : IBench
{
    public string Name => "grain.call.local";

    public Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var measured = Rounds.Paired(() => GrainCallLocal.Round(), ct: ct);
        return Task.FromResult(BenchResult.Of(Name, "ops/s", measured, Goal.RatioAtLeast(0.4)));
    }
}
