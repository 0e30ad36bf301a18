using System.Collections.Concurrent;
using Palisade.Faults.Tests.History;

namespace Palisade.Faults.Tests.Traffic;

/// <summary>
/// Changes and reads apps: their environment, each change made for the newest release that was read, and a parameter,
/// which is read out of the grains' own states.
/// </summary>
internal sealed class RegisterClient(
    Nodes nodes,
    ConcurrentQueue<Act> history,
    string name,
    int seed,
    IReadOnlyList<string> apps,
    CancellationToken stop
) : Client(nodes, history, name, seed, stop)
{
    private const string Parameter = "Mark";

    public static string EnvironmentOf(string app) => $"environment of {app}";

    public static string ParameterOf(string app) => $"parameter of {app}";

    protected override async Task ActAsync()
    {
        var app = apps[Random.Next(apps.Count)];
        switch (Random.Next(4))
        {
            case 0:
                await ChangeEnvironmentAsync(app);
                break;
            case 1:
                await ChangeParameterAsync(app);
                break;
            case 2:
                await ReadEnvironmentAsync(app);
                break;
            default:
                await ReadParameterAsync(app);
                break;
        }
    }

    private async Task<(string Id, string Mark)?> ReadEnvironmentAsync(string app)
    {
        var answer = await Nodes.GetAsync(AnyNode(), $"/apps/{app}/releases?limit=1");
        if (answer.Outcome != Outcome.Acknowledged)
        {
            return null;
        }

        (string Id, string Mark) newest = answer.Json.EnumerateArray().ToArray() is [var release]
            ? (release.GetProperty("id").GetString()!, release.GetProperty("description").GetString()!)
            : ("", "");
        Saw(new Read(EnvironmentOf(app), newest.Mark, answer.Span));
        return newest;
    }

    private async Task ReadParameterAsync(string app)
    {
        var answer = await Nodes.GetAsync(AnyNode(), $"/apps/{app}");
        if (answer.Outcome == Outcome.Acknowledged)
        {
            var mark = answer.Json.GetProperty("parameters").TryGetProperty(Parameter, out var found)
                ? found.GetString()!
                : "";
            Saw(new Read(ParameterOf(app), mark, answer.Span));
        }
    }

    private async Task ChangeEnvironmentAsync(string app)
    {
        if (await ReadEnvironmentAsync(app) is not { } read)
        {
            return;
        }

        var mark = Fresh();
        var form = new Dictionary<string, string> { ["env"] = $"MARK={mark}", ["description"] = mark };
        if (read.Id.Length > 0)
        {
            form["parent-release"] = read.Id;
        }

        var answer = await Nodes.FormAsync(AnyNode(), HttpMethod.Post, $"/apps/{app}/releases", form);
        Saw(new Write(EnvironmentOf(app), mark, read.Id.Length > 0 ? read.Mark : null, answer.Span, answer.Outcome));
    }

    private async Task ChangeParameterAsync(string app)
    {
        var mark = Fresh();
        var form = new Dictionary<string, string> { ["parameters"] = $"{Parameter}={mark}" };
        var answer = await Nodes.FormAsync(AnyNode(), HttpMethod.Put, $"/apps/{app}", form);
        Saw(new Write(ParameterOf(app), mark, null, answer.Span, answer.Outcome));
    }
}
