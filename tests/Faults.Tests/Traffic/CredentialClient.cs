using System.Collections.Concurrent;
using System.Text.Json;
using Palisade.Faults.Tests.History;

namespace Palisade.Faults.Tests.Traffic;

/// <summary>
/// Makes a credential (a deploy key, or a token of the administrator), has it used at every node, and revokes it
/// meanwhile.
/// </summary>
internal sealed class CredentialClient(
    Nodes nodes,
    ConcurrentQueue<Act> history,
    string name,
    int seed,
    string app,
    CancellationToken stop
) : Client(nodes, history, name, seed, stop)
{
    protected override async Task ActAsync()
    {
        var key = Random.Next(2) == 0;
        var (subject, path) = (Fresh(), key ? $"/api/v1/orgs/{Nodes.Org}/keys" : "/api/v1/account/tokens");
        object body = key
            ? new { name = subject, racks = new { kind = "Name", names = new[] { Nodes.Rack } } }
            : new { name = subject };
        var made = await Nodes.JsonAsync(AnyNode(), HttpMethod.Post, path, body);
        if (made.Outcome != Outcome.Acknowledged)
        {
            return;
        }

        Saw(new Setting(subject, true, made.Span));
        var (id, secret) = Read(made.Json, key);
        var revocation = RevokeAsync(subject, $"{path}/{id}");
        await WhileLookingAsync(revocation, (node, _) => LookAsync(node, subject, secret));
        await revocation;
    }

    private static (string Id, string Secret) Read(JsonElement made, bool key) =>
        key
            ? (made.GetProperty("key").GetProperty("id").GetString()!, made.GetProperty("secret").GetString()!)
            : (made.GetProperty("id").GetString()!, made.GetProperty("token").GetString()!);

    private async Task RevokeAsync(string subject, string path)
    {
        await Task.Delay(Random.Next(100, 1000), CancellationToken.None);
        var revoked = await UntilAnsweredAsync(node => Nodes.SendAsync(node, HttpMethod.Delete, path, null));

        // Gone already: an earlier try, whose answer was lost, had done it.
        if (revoked.Outcome == Outcome.Acknowledged || revoked.Status == 404)
        {
            Saw(new Setting(subject, false, revoked.Span));
        }
    }

    private async Task LookAsync(int node, string subject, string secret)
    {
        var answer = await Nodes.GetAsync(node, $"/apps/{app}", secret);
        if (answer.Status is 200 or 401 or 403)
        {
            Saw(new Look(subject, answer.Status == 200, node, answer.Span));
        }
    }
}
