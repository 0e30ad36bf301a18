namespace Palisade.Bench;

/// <summary>
/// Records per second at 32 callers, durable, chained, and with their leaves and signed checkpoints written in the same
/// window, over unchained commits of the same row with its indexes one by one.
/// </summary>
internal sealed class AuditAppend : IBench
{
    private const double AtLeast = 3;

    public string Name => "audit.append";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        var (store, reference) = await StorageAppend.RunAsync(sealing: true);
        return BenchResult.Of(Name, "ops/s", new Measured(store, reference), Goal.RatioAtLeast(AtLeast));
    }
}
