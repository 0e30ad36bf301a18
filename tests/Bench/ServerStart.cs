using System.Diagnostics;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// From the start of the process to ready on an existing data folder, over a bare Kestrel process that answers one
/// route.
/// </summary>
internal sealed class ServerStart : IBench
{
    public string Name => "server.start";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        // The first start makes keys and the first user: it is not what is measured.
        await using var server = await ServerProcess.StartAsync(ct: ct);
        await server.StopAsync();
        var measured = await Rounds.InterleavedAsync(
            async token =>
            {
                var milliseconds = await Rounds.MillisecondsAsync(server.StartAgainAsync, token);
                await server.StopAsync();
                return milliseconds;
            },
            BareStartAsync,
            ct: ct
        );
        return BenchResult.Of(Name, "ms", measured, Goal.ExtraAtMost(2000));
    }

    private static async Task<double> BareStartAsync(CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        await using var bare = await BareProcess.StartAsync(certificate: null, ct);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
