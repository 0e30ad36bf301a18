using System.Collections.Concurrent;
using Palisade.Faults.Tests.History;

namespace Palisade.Faults.Tests.Traffic;

/// <summary>
/// Creates apps and deletes them, each of which is a job of the rack's own machine, and looks for them elsewhere.
/// </summary>
internal sealed class LifeClient(
    Nodes nodes,
    ConcurrentQueue<Act> history,
    string name,
    int seed,
    CancellationToken stop
) : Client(nodes, history, name, seed, stop)
{
    protected override async Task ActAsync()
    {
        var app = Fresh();
        var form = new Dictionary<string, string> { ["name"] = app };
        var created = await Nodes.FormAsync(AnyNode(), HttpMethod.Post, "/apps", form);
        if (created.Outcome != Outcome.Acknowledged)
        {
            // It may still come into being, when it was deleted too.
            return;
        }

        Saw(new Setting(app, true, created.Span));
        for (var looks = Random.Next(2, 10); looks > 0; looks--)
        {
            await LookAsync(AnyNode(), app);
        }

        // An app is deleted once it is there.
        var deletion = UntilAnsweredAsync(node => Nodes.SendAsync(node, HttpMethod.Delete, $"/apps/{app}", null));
        await WhileLookingAsync(deletion, (node, _) => LookAsync(node, app));
        var deleted = await deletion;
        if (deleted.Outcome == Outcome.Acknowledged || deleted.Status == 404)
        {
            Saw(new Setting(app, false, deleted.Span));
        }
    }

    private async Task LookAsync(int node, string app)
    {
        var answer = await Nodes.GetAsync(node, $"/apps/{app}");
        if (answer.Status is 200 or 404)
        {
            var held = answer.Status == 200 && answer.Json.GetProperty("status").GetString() != "deleting";
            Saw(new Look(app, held, node, answer.Span));
        }
    }
}
