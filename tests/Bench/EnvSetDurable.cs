namespace Palisade.Bench;

/// <summary>
/// Environment changes acknowledged per second: 32 HTTPS keep-alive clients, each on an app of its own, each change one
/// durable append of a record, an event, a release and a sealed environment; over commits of the record alone (same
/// row, same indexes, same durability, unchained) that 32 callers make in SQLite.
/// </summary>
internal sealed class EnvSetDurable : IBench
{
    private const int Clients = 32;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(3);

    public string Name => "env.set.durable";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var load = await EnvSetLoad.StartAsync(Clients, ct);
        using var plain = PlainJournal.Create(load.Database, "app.env.set");
        var measured = await Rounds.InterleavedAsync(
            token => Rounds.PerSecondAsync(load.ChangeAsync, Clients, RoundTime, token),
            token => Rounds.PerSecondAsync(plain.CommitAsync, Clients, RoundTime, token),
            ct: ct
        );
        return BenchResult.Of(Name, "ops/s", measured, Goal.RatioAtLeast(1.5));
    }
}
