using System.Diagnostics;
using System.Globalization;
using Palisade.Driver;

namespace Palisade.Faults.Tests.Cluster;

/// <summary>
/// Servers on one PostgreSQL, each on a cable of its own to it, and what happens to them. The first one has the local
/// rack; the last one's own clock is wrong.
/// </summary>
internal sealed class FaultCluster : IAsyncDisposable
{
    private const string ClockShim = "libfaketime.so.1";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(2);

    private readonly string _shared = Directory.CreateTempSubdirectory("pf").FullName;
    private readonly List<ServerProcess> _nodes = [];
    private readonly PostgresServer _postgres;
    private readonly string _database;
    private readonly Cables _cables;

    private FaultCluster(PostgresServer postgres, string database, Cables cables) =>
        (_postgres, _database, _cables) = (postgres, database, cables);

    public IReadOnlyList<ServerProcess> Nodes => _nodes;

    public FirstRun FirstRun => _nodes[0].FirstRun;

    /// <summary>Of the superuser, past all cables.</summary>
    public string ConnectionString => _postgres.ConnectionString(_database);

    public static async Task<FaultCluster> StartAsync(int nodes, TimeSpan skew)
    {
        var postgres = await PostgresServer.StartAsync(networked: true);
        var cluster = new FaultCluster(
            postgres,
            await postgres.CreateDatabaseAsync(),
            await Cables.LayAsync(postgres.KeeperId, nodes)
        );
        try
        {
            // The first one makes the organization that the others find.
            cluster._nodes.Add(await cluster.StartNodeAsync(0, TimeSpan.Zero));
            cluster._nodes.AddRange(
                await Task.WhenAll(
                    Enumerable
                        .Range(1, nodes - 1)
                        .Select(node => cluster.StartNodeAsync(node, node == nodes - 1 ? skew : TimeSpan.Zero))
                )
            );
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets everything of a plan happen; when this ends, all of it is over and every node is ready.</summary>
    public async Task SufferAsync(FaultPlan plan, Action<string> say)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(plan.Faults.GroupBy(fault => fault.Place).Select(SufferInTurnAsync));

        // What was killed may take longer to come back than the plan knew.
        async Task SufferInTurnAsync(IEnumerable<Fault> faults)
        {
            foreach (var fault in faults)
            {
                if (fault.At - clock.Elapsed is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait);
                }

                await BeginAsync(fault);
                say($"{clock.Elapsed.TotalSeconds:00.0} s: {fault}");
                await Task.Delay(fault.Lasts);
                await EndAsync(fault);
                say($"{clock.Elapsed.TotalSeconds:00.0} s: over: {fault}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            if (node.IsRunning)
            {
                node.Continue();
            }

            await node.DisposeAsync();
        }

        await _postgres.DisposeAsync();
        Directory.Delete(_shared, recursive: true);
    }

    private async Task BeginAsync(Fault fault)
    {
        switch (fault)
        {
            case Fault.Kill kill:
                await _nodes[kill.Node].Kill9Async();
                break;
            case Fault.Pause pause:
                _nodes[pause.Node].Pause();
                break;
            case Fault.Cut cut:
                await _cables.CutAsync(cut.Node);
                break;
            case Fault.Crash:
                await _postgres.CrashAsync();
                break;
        }
    }

    private async Task EndAsync(Fault fault)
    {
        switch (fault)
        {
            case Fault.Kill kill:
                await BeginAgainAsync(_nodes[kill.Node]);
                break;
            case Fault.Pause pause:
                _nodes[pause.Node].Continue();
                break;
            case Fault.Cut cut:
                await _cables.MendAsync(cut.Node);
                break;
            case Fault.Crash:
                await _postgres.BeginAgainAsync();
                break;
        }
    }

    /// <summary>As a service manager does it: one that ends, as the database is away, is started again.</summary>
    private static async Task BeginAgainAsync(ServerProcess node)
    {
        while (true)
        {
            try
            {
                await node.StartAgainAsync();
                return;
            }
            catch (InvalidOperationException) when (!node.IsRunning)
            {
                await Task.Delay(200);
            }
        }
    }

    private Task<ServerProcess> StartNodeAsync(int node, TimeSpan skew)
    {
        var environment = new Dictionary<string, string>
        {
            ["Postgres__ConnectionString"] = Login(node, "app"),
            ["Postgres__OwnerConnectionString"] = Login(node, "owner"),
            ["Postgres__RetentionConnectionString"] = Login(node, "retention"),
            ["Postgres__KeysDirectory"] = Path.Combine(_shared, "keys"),
            ["Postgres__ObjectsDirectory"] = Path.Combine(_shared, "objects"),
            // One person makes all the traffic; the limits of one are not what is tested.
            ["Web__RequestsPerSecond"] = "100000",
            ["Web__ReleasesPerMinute"] = "1000000",
            ["Web__FailedSignInsPerMinute"] = "1000000",
        };
        if (skew != TimeSpan.Zero)
        {
            environment["LD_PRELOAD"] = Directory
                .EnumerateFiles("/usr/lib", ClockShim, SearchOption.AllDirectories)
                .First();
            environment["FAKETIME"] = skew.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture);
            environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        }

        return ServerProcess.StartAsync(new() { Environment = environment, ReadyDeadline = StartsWithin });
    }

    private string Login(int node, string login) =>
        $"Host={_cables.AddressOf(node)};Database={_database};Username={login}";
}
