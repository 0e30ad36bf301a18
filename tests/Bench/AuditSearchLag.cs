namespace Palisade.Bench;

/// <summary>
/// <c>audit.search.lag</c>: how long after its acknowledgement a change can be searched for, 99 of 100 times.
/// </summary>
internal sealed class AuditSearchLag : IBench
{
    private const double AtMostMilliseconds = 2000;

    public string Name => "audit.search.lag";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var load = await EnvSetLoad.StartAsync(AuditDelay.Clients, ct);
        using var product = AuditDelay.Open(load.Database);
        using var index = AuditDelay.Open(Path.Combine(Path.GetDirectoryName(load.Database)!, "search.db"));
        var rounds = new List<double>();
        for (var round = 0; round < Rounds.Least; round++)
        {
            rounds.Add(await AuditDelay.MeasureAsync(load, IsIndexed, ct));
        }

        return BenchResult.Of(Name, "ms", Rounds.Median(rounds), Goal.AtMost(AtMostMilliseconds));

        bool IsIndexed(string stream, long seq)
        {
            var place = AuditDelay.IndexOf(product, stream, seq);
            return place >= 0
                && AuditDelay.Number(index, "SELECT size FROM log WHERE org = 'main'", stream, seq) > place;
        }
    }
}
