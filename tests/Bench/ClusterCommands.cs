using System.Globalization;

namespace Palisade.Bench;

/// <summary>
/// Commands per second over HTTPS on PostgreSQL, each authorized, version-checked, recorded in a hash chain and durable
/// (an app is locked and unlocked), over the better of two bare endpoints that change a row and add one to an audit
/// table in one transaction.
/// </summary>
internal abstract class ClusterCommands(int clients, double goal) : IBench
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"cluster.commands.c{clients}");

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var load = ClusterLoad.Of(clients);
        var ours = await load.OursAsync(nodes: 1, change: true, ct);
        var bare = await load.BareAsync(change: true, ct);
        var measured = await Rounds.BesideBestAsync(ours, bare, ct);
        return BenchResult.Of(Name, "ops/s", measured, Goal.RatioAtLeast(goal));
    }
}

internal sealed class ClusterCommands1() : ClusterCommands(clients: 1, goal: 0.8);

internal sealed class ClusterCommands8() : ClusterCommands(clients: 8, goal: 1);

internal sealed class ClusterCommands32() : ClusterCommands(clients: 32, goal: 1.3);
