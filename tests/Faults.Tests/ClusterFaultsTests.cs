using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Palisade.Domain.Audit;
using Palisade.Driver;
using Palisade.Faults.Tests.Cluster;
using Palisade.Faults.Tests.History;
using Palisade.Faults.Tests.Traffic;
using Palisade.Grains.Tests.Audit.Sinks;
using Palisade.Storage.Audit;
using Xunit.Abstractions;

namespace Palisade.Faults.Tests;

/// <summary>
/// Several servers on one PostgreSQL under the traffic of many clients, while any of them is killed, paused or cut off
/// and the database crashes: whatever was acknowledged is there once, whatever was revoked stays so, every job is done
/// once, and whoever holds a checkpoint finds the log behind it. PALISADE_SEED repeats the faults of a run.
/// </summary>
[Trait("Needs", "root, podman, libfaketime")]
public sealed class ClusterFaultsTests(ITestOutputHelper output)
{
    private const int Apps = 3;
    private const string Installation = "/api/v1/operator/audit";
    private const string Password = "gravel lantern otter 72 plinth";

    /// <summary>Shorter than pauses and cuts: a client goes on at another node.</summary>
    private static readonly TimeSpan Impatience = TimeSpan.FromSeconds(2);

    /// <summary>How long the traffic goes on when all faults are over.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Much = TimeSpan.FromMinutes(3);

    private readonly ConcurrentQueue<Act> _history = new();

    [Fact]
    public Task Nothing_that_was_acknowledged_is_lost_doubled_or_late() =>
        RunAsync(nodes: 3, time: TimeSpan.FromSeconds(45), longest: TimeSpan.FromSeconds(6));

    [Fact]
    [Trait("Category", "Soak")]
    public Task Nothing_is_lost_doubled_or_late_in_minutes_of_longer_faults() =>
        RunAsync(nodes: 5, time: TimeSpan.FromMinutes(4), longest: TimeSpan.FromSeconds(30));

    private async Task RunAsync(int nodes, TimeSpan time, TimeSpan longest)
    {
        var seed = Domain.Tests.TestSeed.Of("PALISADE_SEED");
        var plan = FaultPlan.Of(seed, nodes, time, longest);
        output.WriteLine($"PALISADE_SEED={seed}: {plan}");
        await using var receiver = WebhookReceiver.Open();
        await using var cluster = await FaultCluster.StartAsync(nodes, plan.Skew);
        try
        {
            await RunAsync(cluster, receiver, plan, seed);
        }
        catch
        {
            foreach (var node in cluster.Nodes)
            {
                output.WriteLine(string.Join('\n', node.Log.Split('\n').Where(IsTelling).TakeLast(100)));
            }

            throw;
        }
    }

    private async Task RunAsync(FaultCluster cluster, WebhookReceiver receiver, FaultPlan plan, int seed)
    {
        using var nodes = new Nodes(cluster.Nodes, cluster.FirstRun);
        await IsSkewedAsync(cluster, plan.Skew);
        var operatorToken = await OperatorAsync(nodes);
        var before = (await nodes.GetAsync(0, $"{Installation}/checkpoint", operatorToken)).Text;
        var sink = await SinkAsync(nodes, receiver, operatorToken);
        using var stop = new CancellationTokenSource();
        var clients = await ClientsAsync(nodes, seed, stop.Token);
        var patience = nodes.Patience;
        nodes.Patience = Impatience;
        var traffic = clients.Select(client => Task.Run(client.RunAsync)).ToArray();
        await cluster.SufferAsync(plan, output.WriteLine);

        // A machine that has more to do takes longer for as much.
        await Poll.UntilAsync(() => Task.FromResult(IsEnough()), Much, "enough traffic to prove anything");
        stop.CancelAfter(Calm);
        await Task.WhenAll(traffic);
        nodes.Patience = patience;

        var reader = new StoredReader(cluster.ConnectionString);
        await Poll.UntilAsync(
            async () => await reader.UnfinishedAsync() == 0,
            TimeSpan.FromSeconds(60),
            "every job is done and every entry sealed"
        );
        var stored = await reader.ReadAsync();
        Tell(nodes, stored);
        var faults = HistoryChecker.Faults(_history, stored);
        Assert.True(faults.IsEmpty, string.Join('\n', faults.Take(20)));
        Assert.Empty(nodes.Broken);
        Assert.InRange(stored.Apps.Sum(app => app.Deleted), 1, int.MaxValue);
        var checkpoints = clients.OfType<AuditClient>().Single().Checkpoints;
        await VerifiesAsync(nodes, $"/api/v1/orgs/{nodes.Org}/audit", null, checkpoints);
        await VerifiesAsync(nodes, Installation, operatorToken, [before]);
        await IsDeliveredAsync(nodes, receiver, sink);
    }

    private async Task<ImmutableArray<Client>> ClientsAsync(Nodes nodes, int seed, CancellationToken stop)
    {
        var apps = Enumerable.Range(1, Apps).Select(app => $"web{app}").ToImmutableArray();
        foreach (var app in apps)
        {
            await MustAsync(nodes.FormAsync(0, HttpMethod.Post, "/apps", new() { ["name"] = app }));
        }

        var org = $"/api/v1/orgs/{nodes.Org}";
        var made = await MustAsync(
            nodes.JsonAsync(0, HttpMethod.Post, $"{org}/roles", RoleClient.Body("chaos", allows: true))
        );
        var role = made.GetProperty("id").GetString()!;
        made = await MustAsync(
            nodes.JsonAsync(
                0,
                HttpMethod.Post,
                $"{org}/keys",
                new
                {
                    name = "chaos",
                    racks = new { kind = "Name", names = new[] { nodes.Rack } },
                    roles = new[] { role },
                    narrow = true,
                }
            )
        );
        var (secret, next) = (made.GetProperty("secret").GetString()!, seed);
        return
        [
            .. Many(6, "change", (name, n) => new RegisterClient(nodes, _history, name, n, apps, stop)),
            .. Many(2, "life", (name, n) => new LifeClient(nodes, _history, name, n, stop)),
            .. Many(2, "credential", (name, n) => new CredentialClient(nodes, _history, name, n, apps[0], stop)),
            new RoleClient(nodes, _history, "role", ++next, role, secret, apps[0], stop),
            new AuditClient(nodes, _history, "audit", ++next, stop),
        ];

        IEnumerable<Client> Many(int count, string kind, Func<string, int, Client> make) =>
            Enumerable.Range(1, count).Select(number => make($"{kind}{number}", ++next));
    }

    /// <summary>The last node's clock is as wrong as it is meant to be, by what it says to everybody.</summary>
    private static async Task IsSkewedAsync(FaultCluster cluster, TimeSpan skew)
    {
        using var http = cluster.Nodes[^1].NewHttpClient();
        using var answer = await http.GetAsync(new Uri("/healthz/live", UriKind.Relative));
        var wrong = answer.Headers.Date!.Value - DateTimeOffset.UtcNow;
        Assert.True((wrong - skew).Duration() < TimeSpan.FromMinutes(1), $"it is wrong by {wrong}, not {skew}");
    }

    /// <summary>Gives a token of the operator, who the first administrator is.</summary>
    private static async Task<string> OperatorAsync(Nodes nodes)
    {
        await MustAsync(
            nodes.JsonAsync(
                0,
                HttpMethod.Put,
                "/api/v1/account/password",
                new { current = nodes.FirstPassword, replacement = Password }
            )
        );
        var issued = await MustAsync(
            nodes.JsonAsync(
                0,
                HttpMethod.Post,
                "/api/v1/account/operator-tokens",
                new { password = Password, name = "test" }
            )
        );
        return issued.GetProperty("token").GetString()!;
    }

    /// <summary>A webhook that gets every record of the organization's log from its first one on.</summary>
    private static async Task<string> SinkAsync(Nodes nodes, WebhookReceiver receiver, string operatorToken)
    {
        var audit = $"/api/v1/orgs/{nodes.Org}/audit";
        await MustAsync(
            nodes.JsonAsync(
                0,
                HttpMethod.Put,
                "/api/v1/operator/outgoing-networks",
                new { networks = new[] { "127.0.0.0/8" } },
                token: operatorToken
            )
        );
        var made = await MustAsync(
            nodes.JsonAsync(
                0,
                HttpMethod.Post,
                $"{audit}/sinks",
                new
                {
                    name = "siem",
                    url = $"{receiver.Url}",
                    from = 0,
                }
            )
        );
        receiver.Trust(made.GetProperty("secret").GetString()!);
        return $"{audit}/sinks/{made.GetProperty("sink").GetProperty("id").GetString()}";
    }

    /// <summary>No line of a stack.</summary>
    private static bool IsTelling(string line) => !line.StartsWith(' ') && line.Trim().Length > 0;

    private void Tell(Nodes nodes, Stored stored)
    {
        var kinds = _history.GroupBy(act => act.GetType().Name).Select(kind => $"{kind.Count()} {kind.Key}");
        var outcomes = _history.OfType<Write>().GroupBy(write => write.Outcome).Select(o => $"{o.Count()} {o.Key}");
        var statuses = nodes.Statuses.OrderBy(s => s.Key).Select(s => $"{s.Key.Method} {s.Key.Status}: {s.Value}");
        output.WriteLine($"{string.Join(", ", kinds)}; writes: {string.Join(", ", outcomes)}");
        output.WriteLine(string.Join(", ", statuses));
        output.WriteLine(
            $"{stored.Streams.Length} streams, {stored.Streams.Sum(s => s.Entries)} entries, {stored.Jobs.Length} jobs, {stored.Apps.Length} apps"
        );
        foreach (var broken in nodes.Broken.Take(10))
        {
            output.WriteLine(broken);
        }
    }

    /// <summary>A run in which next to nothing was done would prove nothing.</summary>
    private bool IsEnough() =>
        _history.OfType<Write>().Count(w => w.Outcome == Outcome.Acknowledged) >= 30
        && _history.OfType<Read>().Count() >= 60
        && _history.OfType<Setting>().Count(setting => !setting.Holds) >= 5
        && _history.OfType<Look>().Count(look => !look.Held) >= 30;

    /// <summary>A log is whole, and no checkpoint that was ever given speaks of another history.</summary>
    private static async Task VerifiesAsync(
        Nodes nodes,
        string audit,
        string? token,
        IReadOnlyCollection<string> checkpoints
    )
    {
        var keys = await MustAsync(nodes.GetAsync(0, $"{audit}/keys", token));
        Assert.True(NoteKey.TryParse(keys.GetProperty("current").GetString(), out var key));
        var bundle = Encoding.UTF8.GetBytes((await nodes.GetAsync(nodes.Count - 1, $"{audit}/export", token)).Text);
        Assert.NotEmpty(checkpoints);
        foreach (var kept in checkpoints.Distinct())
        {
            Assert.True(SignedNote.TryParse(kept, out var note));
            using var stream = new MemoryStream(bundle);
            var report = BundleFile.Verify(stream, new(key, note));
            Assert.True(report.Holds, string.Join('\n', report.Faults));
        }
    }

    private static async Task IsDeliveredAsync(Nodes nodes, WebhookReceiver receiver, string sink)
    {
        await Poll.UntilAsync(
            async () => (await MustAsync(nodes.GetAsync(0, sink))).GetProperty("waiting").GetInt64() == 0,
            TimeSpan.FromSeconds(60),
            "everything is delivered"
        );
        var audit = $"/api/v1/orgs/{nodes.Org}/audit";
        var keys = await MustAsync(nodes.GetAsync(0, $"{audit}/keys"));
        Assert.True(NoteKey.TryParse(keys.GetProperty("current").GetString(), out var key));
        Assert.True(Witness.Check(receiver.Kept, key) > 0);
    }

    private static async Task<JsonElement> MustAsync(Task<Answer> asked)
    {
        var answer = await asked;
        Assert.True(answer.Outcome == Outcome.Acknowledged, $"{answer.Status} {answer.Text}");
        return answer.Text.StartsWith('{') ? answer.Json : default;
    }
}
