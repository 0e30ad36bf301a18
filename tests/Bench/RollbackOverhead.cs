namespace Palisade.Bench;

/// <summary>
/// A promote of the release before, which needs no build, until its first healthy answer, over create, start and first
/// answer by hand.
/// </summary>
internal sealed class RollbackOverhead : IBench
{
    public string Name => "rollback.overhead";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var deployment = await Deployment.StartAsync(1, ct);
        var versions = new[] { deployment.NextVersion(), deployment.NextVersion() };
        var builds = new[]
        {
            await deployment.BuildAsync(versions[0], ct),
            await deployment.BuildAsync(versions[1], ct),
        };
        foreach (var i in (int[])[0, 1])
        {
            await deployment.RollBackAsync(builds[i], versions[i], ct);
            await deployment.RunByHandAsync(versions[i], ct);
        }

        var (ours, theirs) = (0, 0);
        var measured = await Rounds.InterleavedAsync(
            token => deployment.RollBackAsync(builds[ours % 2], versions[ours++ % 2], token),
            token => deployment.RunByHandAsync(versions[theirs++ % 2], token),
            rounds: 7,
            ct
        );
        return BenchResult.Of(Name, "ms", measured, Goal.RatioAtMost(1.2));
    }
}
