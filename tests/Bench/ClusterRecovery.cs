using System.Diagnostics;
using Npgsql;

namespace Palisade.Bench;

/// <summary>
/// From a node's kill -9 until its jobs run on another one: the 99th percentile of all jobs of all kills that met any.
/// The jobs are those that keep the logs of organizations, which every node is able to run.
/// </summary>
internal sealed class ClusterRecovery : IBench
{
    private const int Nodes = 3;
    private const int Kills = 12;
    private const int MostKills = 60;
    private const int Organizations = 12;

    /// <summary>Jobs that run, and whether their node's lease holds: 2 s from its last heartbeat.</summary>
    private const string Running = """
        SELECT id, attempt, EXISTS (
            SELECT 1 FROM node WHERE node.id = job.node
            AND beat >= (extract(epoch FROM clock_timestamp()) * 1000000)::bigint - 2000000)
        FROM job WHERE status = 1 AND kind = 'audit.keep'
        """;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public string Name => "cluster.recovery";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var cluster = await BenchCluster.StartAsync(Nodes, ct);
        // Each has a log of its own, which a job keeps.
        await BenchOrganizations.CreateAsync(cluster.First, Organizations, ct);
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString);
        var (times, met) = (new List<double>(), 0);
        for (var kill = 0; met < Kills; kill++)
        {
            if (kill == MostKills)
            {
                throw new InvalidOperationException($"{met} of {kill} kills met a node that ran jobs");
            }

            var node = cluster.Nodes[kill % Nodes].Process;
            var before = (await RunningAsync(database, ct)).ToDictionary(job => job.Id, job => job.Attempt);
            await node.Kill9Async();
            var resumed = await ResumedAsync(database, before, ct);
            times.AddRange(resumed);
            met += resumed.Count > 0 ? 1 : 0;
            await node.StartAgainAsync(ct);
        }

        return BenchResult.Of(Name, "ms", Rounds.Percentile(times, 99), Goal.AtMost(3000));
    }

    /// <summary>Milliseconds until each job that ran on the killed node runs in its next attempt.</summary>
    private static async Task<IReadOnlyCollection<double>> ResumedAsync(
        NpgsqlDataSource database,
        Dictionary<string, int> before,
        CancellationToken ct
    )
    {
        var (clock, resumed) = (Stopwatch.StartNew(), new Dictionary<string, double>());
        while (true)
        {
            var running = await RunningAsync(database, ct);
            foreach (var job in running.Where(job => job.Attempt > before.GetValueOrDefault(job.Id, int.MaxValue)))
            {
                resumed.TryAdd(job.Id, clock.Elapsed.TotalMilliseconds);
            }

            if (clock.Elapsed > Lease && running.Count == before.Count && running.All(job => job.Alive))
            {
                return resumed.Values;
            }

            await Task.Delay(Pause, ct);
        }
    }

    private static async Task<List<(string Id, int Attempt, bool Alive)>> RunningAsync(
        NpgsqlDataSource database,
        CancellationToken ct
    )
    {
        await using var command = database.CreateCommand(Running);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var jobs = new List<(string, int, bool)>();
        while (await reader.ReadAsync(ct))
        {
            jobs.Add((reader.GetString(0), reader.GetInt32(1), reader.GetBoolean(2)));
        }

        return jobs;
    }
}
