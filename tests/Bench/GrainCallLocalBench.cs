namespace Palisade.Bench;

/// <summary><see cref="GrainCallLocal"/> in the report. The goal is what Orleans gives, see ADR 0011.</summary>
internal sealed class GrainCallLocalBench : IBench
{
    public string Name => "grain.call.local";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var measured = await Rounds.PairedAsync(() => GrainCallLocal.RoundAsync(), ct: ct);
        return BenchResult.Of(Name, "ops/s", measured, Goal.RatioAtLeast(0.15));
    }
}
