using System.Globalization;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// Resident memory of a server that was started on 10,000 apps and is asked for 100 of them, over that of the same
/// server that was started on none: apps that nobody asks for must cost next to nothing.
/// </summary>
internal sealed class ServerMemoryApps : IBench
{
    private const int Apps = 10_000;
    private const int Active = 100;

    public string Name => "server.memory.apps";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var empty = await BenchServer.StartAsync(ct);
        await using var full = await BenchServer.StartAsync(ct);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Apps),
            new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = ct },
            async (i, token) => await full.PostAsync("/apps", new() { ["name"] = AppName(i) }, token)
        );
        await Poll.UntilAsync(
            async () =>
                (await full.GetAsync("/apps", ct))
                    .EnumerateArray()
                    .All(app => app.GetProperty("status").GetString() == "running"),
            TimeSpan.FromMinutes(10),
            "10,000 apps that are ready",
            TimeSpan.FromSeconds(1),
            ct
        );

        // What making them left behind is not what is measured.
        await empty.RestartAsync(ct);
        await full.RestartAsync(ct);
        await empty.GetAsync("/apps", ct);
        await full.GetAsync("/apps", ct);
        for (var i = 0; i < Active; i++)
        {
            await full.GetAsync($"/apps/{AppName(i * (Apps / Active))}", ct);
        }

        var measured = await Rounds.InterleavedAsync(
            token => ResidentMemory.SettledAsync(full.Process.ProcessId, token),
            token => ResidentMemory.SettledAsync(empty.Process.ProcessId, token),
            ct: ct
        );
        return BenchResult.Of(Name, "MiB", measured, Goal.RatioAtMost(1.5));
    }

    private static string AppName(int i) => string.Create(CultureInfo.InvariantCulture, $"app{i}");
}
