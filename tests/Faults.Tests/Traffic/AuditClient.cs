using System.Collections.Concurrent;
using Palisade.Faults.Tests.History;

namespace Palisade.Faults.Tests.Traffic;

/// <summary>Reads the log: keeps checkpoints, as a witness does, and searches, exports and lists.</summary>
internal sealed class AuditClient(
    Nodes nodes,
    ConcurrentQueue<Act> history,
    string name,
    int seed,
    CancellationToken stop
) : Client(nodes, history, name, seed, stop)
{
    private readonly ConcurrentQueue<string> _checkpoints = new();

    /// <summary>Signed notes, in the order in which they came.</summary>
    public IReadOnlyCollection<string> Checkpoints => _checkpoints;

    protected override async Task ActAsync()
    {
        var audit = $"/api/v1/orgs/{Nodes.Org}/audit";
        var answer = await Nodes.GetAsync(AnyNode(), $"{audit}/checkpoint");
        if (answer.Outcome == Outcome.Acknowledged)
        {
            _checkpoints.Enqueue(answer.Text);
        }

        string[] reads =
        [
            "records?q=op:app.env.set&limit=5",
            "records?limit=20",
            "facets?top=3",
            "export?q=op:nothing",
        ];
        await Nodes.GetAsync(AnyNode(), $"{audit}/{reads[Random.Next(reads.Length)]}");
        string[] lists = ["/apps", "/racks", $"/api/v1/orgs/{Nodes.Org}/keys", $"/api/v1/orgs/{Nodes.Org}/roles"];
        await Nodes.GetAsync(AnyNode(), lists[Random.Next(lists.Length)]);
    }
}
