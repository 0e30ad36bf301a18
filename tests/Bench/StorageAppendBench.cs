namespace Palisade.Bench;

/// <summary><see cref="StorageAppend"/> in the report.</summary>
internal sealed class StorageAppendBench : IBench
{
    public string Name => "storage.append";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var (store, reference) = await StorageAppend.RunAsync();
        return BenchResult.Of(Name, "ops/s", new Measured(store, reference), Goal.RatioAtLeast(StorageAppend.Goal));
    }
}
