namespace Palisade.Bench;

/// <summary>
/// <c>GET /apps/{app}</c>, authenticated and authorized, from 32 HTTPS keep-alive clients, over a Kestrel endpoint that
/// answers the same JSON to anybody with the same TLS and runtime settings in a process of its own.
/// </summary>
internal sealed class ApiAppsGet : IBench
{
    private const int Clients = 32;

    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(3);

    public string Name => "api.apps.get";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(ct);
        await server.CreateAppAsync("bench", ct);
        await using var bare = await BareProcess.StartAsync(server.Certificate, ct);
        var request = KeepAliveConnection.Request("GET", "/apps/bench", server.Headers);
        var ours = await KeepAliveConnection.OpenAsync(server.Process.HttpsPort, Clients, ct);
        var theirs = await KeepAliveConnection.OpenAsync(bare.Port, Clients, ct);
        try
        {
            await Rounds.PerSecondAsync((i, t) => ours[i].SendAsync(request, t), Clients, Rounds.WarmUp, ct);
            await Rounds.PerSecondAsync((i, t) => theirs[i].SendAsync(request, t), Clients, Rounds.WarmUp, ct);
            var measured = await Rounds.InterleavedAsync(
                token => Rounds.PerSecondAsync((i, t) => ours[i].SendAsync(request, t), Clients, RoundTime, token),
                token => Rounds.PerSecondAsync((i, t) => theirs[i].SendAsync(request, t), Clients, RoundTime, token),
                ct: ct
            );
            return BenchResult.Of(Name, "ops/s", measured, Goal.RatioAtLeast(0.5));
        }
        finally
        {
            foreach (var connection in ours.Concat(theirs))
            {
                await connection.DisposeAsync();
            }
        }
    }
}
