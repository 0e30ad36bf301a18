namespace Palisade.Bench;

/// <summary>Resident memory of a server that has nothing to do, over a bare Kestrel process's.</summary>
internal sealed class ServerMemory : IBench
{
    public string Name => "server.memory";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var server = await BenchServer.StartAsync(ct);
        await server.GetAsync("/apps", ct);
        await using var bare = await BareProcess.StartAsync(server.Certificate, ct);
        var measured = await Rounds.InterleavedAsync(
            token => ResidentMemory.SettledAsync(server.Process.ProcessId, token),
            token => ResidentMemory.SettledAsync(bare.ProcessId, token),
            ct: ct
        );
        return BenchResult.Of(Name, "MiB", measured, goal: null);
    }
}
