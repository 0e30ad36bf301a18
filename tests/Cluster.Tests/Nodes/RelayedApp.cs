using Palisade.Cluster.Tests.Journey;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Nodes;

/// <summary>
/// Two nodes: the first has the rack's machine, and an app is deployed to it through the second.
/// </summary>
public sealed class RelayedApp : IAsyncLifetime
{
    public const string App = "web";

    /// <summary>Gives back every byte that it gets on a port of the rack's own network.</summary>
    public const string Echo = """
          echo:
            build: .
            command: nc -ll -p 4000 -e cat
            port: tcp:4000
            internal: true
            scale:
              count: 1
              cpu: 100
              memory: 64
            termination:
              grace: 1

        """;

    private Cluster? _cluster;
    private BuildResult? _built;
    private string? _command;

    internal Cluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster was not started.");

    /// <summary>What the deploy through the second node gave, with the log that it followed.</summary>
    public BuildResult Built => _built ?? throw new InvalidOperationException("Nothing was deployed.");

    /// <summary>At the node that has the rack.</summary>
    public ConvoxClient Near => Cluster.ClientAt(0);

    /// <summary>At the node that has not.</summary>
    public ConvoxClient Far => Cluster.ClientAt(1);

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync(2);
        using var code = AppSource.Of("web").Replace("convox.yml", "services:\n", "services:\n" + Echo);
        await Far.AppsCreateAsync(App);
        _built = await Far.DeployAsync(App, code.Folder);
        _command = (await Far.PsAsync(App, "web")).Single().Command;
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    /// <summary>The process of the app's service: not what tests run beside it.</summary>
    public async Task<string> ProcessAsync() => (await Far.PsAsync(App, "web")).First(p => p.Command == _command).Id;
}
