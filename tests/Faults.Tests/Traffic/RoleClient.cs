using System.Collections.Concurrent;
using Palisade.Faults.Tests.History;

namespace Palisade.Faults.Tests.Traffic;

/// <summary>
/// Takes a right from a role and gives it back, again and again, while who holds the role uses it at every node.
/// </summary>
/// <param name="role">Its id.</param>
/// <param name="secret">Of a deploy key that has this role and nothing else.</param>
internal sealed class RoleClient(
    Nodes nodes,
    ConcurrentQueue<Act> history,
    string name,
    int seed,
    string role,
    string secret,
    string app,
    CancellationToken stop
) : Client(nodes, history, name, seed, stop)
{
    private bool _allows = true;

    /// <summary>What the role is with the right, and without it.</summary>
    public static object Body(string name, bool allows) =>
        new { name, policies = new[] { Read("Racks"), Read("Application") }.Take(allows ? 2 : 1) };

    protected override async Task ActAsync()
    {
        var allows = !_allows;
        var change = ChangeAsync(allows);
        await WhileLookingAsync(change, (node, _) => LookAsync(node));
        await change;
        _allows = allows;
    }

    private static object Read(string type) => new { type, action = "Read" };

    private async Task ChangeAsync(bool allows)
    {
        await Task.Delay(Random.Next(50, 300), CancellationToken.None);

        // Sent again under one key: a try that comes late does not undo what came after it.
        var key = Guid.NewGuid().ToString("N");
        var changed = await UntilAnsweredAsync(node =>
            Nodes.JsonAsync(node, HttpMethod.Put, $"/api/v1/orgs/{Nodes.Org}/roles/{role}", Body("chaos", allows), key)
        );
        Assert.True(changed.Outcome == Outcome.Acknowledged, $"{changed.Status} {changed.Text}");
        Saw(new Setting(role, allows, changed.Span));
    }

    private async Task LookAsync(int node)
    {
        var answer = await Nodes.GetAsync(node, $"/apps/{app}", secret);
        if (answer.Status is 200 or 401 or 403)
        {
            Saw(new Look(role, answer.Status == 200, node, answer.Span));
        }
    }
}
