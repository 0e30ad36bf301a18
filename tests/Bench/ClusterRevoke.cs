using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Palisade.Bench;

/// <summary>
/// The 99th percentile of a change of a role, at each of three nodes in turn, while whoever holds the role asks all of
/// them. It fails when one request that began after the acknowledgement was decided by the old role.
/// </summary>
internal sealed class ClusterRevoke : IBench
{
    private const int Nodes = 3;

    /// <summary>Changes before those that count: what is measured is a server that runs.</summary>
    private const int WarmUp = 60;
    private const int Changes = 300;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Between two changes: all that is asked in it is asked under one role.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(50);

    /// <summary>What each request that begins now is to be answered; null while the role changes.</summary>
    private volatile object? _expected;
    private int _asked;
    private int _late;

    public string Name => "cluster.revoke";

    public async Task<BenchResult> RunAsync(CancellationToken ct)
    {
        await using var cluster = await BenchCluster.StartAsync(Nodes, ct);
        await cluster.First.CreateAppAsync("web", ct);
        var (role, secret) = await GrantAsync(cluster.First, ct);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var askers = Enumerable
            .Range(0, Nodes)
            .Select(asker => AskAsync(cluster.Nodes[asker], secret, over.Token))
            .ToArray();
        var times = new List<double>(Changes);
        for (var change = -WarmUp; change < Changes; change++)
        {
            var (node, allows) = (cluster.Nodes[(change + WarmUp) % Nodes], (change + WarmUp) % 2 == 1);
            var took = await Rounds.MillisecondsAsync(
                stop => SendAsync(node, HttpMethod.Put, role, Role(allows), stop),
                ct
            );
            if (change >= 0)
            {
                times.Add(took);
            }

            _expected = allows ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
            await Task.Delay(Settled, ct);
            _expected = null;
        }

        await over.CancelAsync();
        await Task.WhenAll(askers);
        return _late > 0 || _asked < Changes
            ? throw new InvalidOperationException($"{_late} of {_asked} requests were decided by the role before")
            : BenchResult.Of(Name, "ms", Rounds.Percentile(times, 99), Goal.AtMost(50));
    }

    /// <summary>A role, and the secret of a deploy key that has it and nothing else.</summary>
    private static async Task<(string Path, string Secret)> GrantAsync(BenchServer server, CancellationToken ct)
    {
        var (org, rack) = (server.Rack.Split('/')[0], server.Rack.Split('/')[1]);
        var roles = $"/api/v1/orgs/{org}/roles";
        var id = (await SendAsync(server, HttpMethod.Post, roles, Role(true), ct)).GetProperty("id").GetString()!;
        var key = new
        {
            name = "bench",
            racks = new { kind = "Name", names = new[] { rack } },
            roles = new[] { id },
            narrow = true,
        };
        var made = await SendAsync(server, HttpMethod.Post, $"/api/v1/orgs/{org}/keys", key, ct);
        return ($"{roles}/{id}", made.GetProperty("secret").GetString()!);
    }

    private static object Role(bool allows) =>
        new { name = "bench", policies = new[] { Read("Racks"), Read("Application") }.Take(allows ? 2 : 1) };

    private static object Read(string type) => new { type, action = "Read" };

    private static async Task<JsonElement> SendAsync(
        BenchServer server,
        HttpMethod method,
        string path,
        object body,
        CancellationToken ct
    )
    {
        using var content = JsonContent.Create(body);
        return await server.CallAsync(method, path, content, ct);
    }

    private async Task AskAsync(BenchServer server, string secret, CancellationToken over)
    {
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"convox:{secret}"));
        while (!over.IsCancellationRequested)
        {
            var expected = _expected;
            using var request = new HttpRequestMessage(HttpMethod.Get, "/apps/web");
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
            using var answer = await server.Http.SendAsync(request, CancellationToken.None);
            // Only what was asked and answered between two changes has one right answer.
            if (expected is HttpStatusCode right && ReferenceEquals(expected, _expected))
            {
                Interlocked.Increment(ref _asked);
                Interlocked.Add(ref _late, answer.StatusCode == right ? 0 : 1);
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
