using System.Globalization;

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
        await using var server = await BenchServer.StartAsync(ct);
        var apps = Enumerable
            .Range(0, Clients)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"bench{i}"))
            .ToArray();
        await Task.WhenAll(apps.Select(app => server.CreateAppAsync(app, ct)));
        var connections = await KeepAliveConnection.OpenAsync(server.Process.HttpsPort, Clients, ct);
        var changes = new int[Clients];
        try
        {
            await Rounds.PerSecondAsync(ChangeAsync, Clients, Rounds.WarmUp, ct);
            using var plain = PlainJournal.Create(Path.Combine(server.Process.Data, "palisade.db"), "app.env.set");
            var measured = await Rounds.InterleavedAsync(
                token => Rounds.PerSecondAsync(ChangeAsync, Clients, RoundTime, token),
                token => Rounds.PerSecondAsync(plain.CommitAsync, Clients, RoundTime, token),
                ct: ct
            );
            return BenchResult.Of(Name, "ops/s", measured, Goal.RatioAtLeast(1.5));
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }

        async Task ChangeAsync(int client, CancellationToken token) =>
            await connections[client]
                .SendAsync(
                    KeepAliveConnection.Request(
                        "POST",
                        $"/apps/{apps[client]}/releases",
                        server.Headers,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"env=GREETING%3Dhello%0ACHANGE%3D{++changes[client]}"
                        )
                    ),
                    token
                );
    }
}
