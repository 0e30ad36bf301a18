using Palisade.Driver;
using Palisade.Racks.Local.Router;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>A router in a temp folder on a free port; stopped and removed at the end.</summary>
internal sealed class TestRouter : IAsyncDisposable
{
    public const string Host = "web.app.dev.acme.localhost";

    private readonly string _folder;

    public TestRouter(string? under = null)
    {
        var root = Directory.CreateTempSubdirectory("palisade-router-").FullName;
        Root = root;
        _folder = under is null ? root : Path.Combine(root, under);
        Router = Open();
    }

    public string Root { get; }

    public string Folder => _folder;

    public int Port { get; } = FreePort.Next();

    public RouterHost Router { get; private set; }

    /// <summary>What the operator reads.</summary>
    public LinesLog<RouterHost> Log { get; } = new();

    /// <summary>Palisade restarts: the object is gone, HAProxy is not.</summary>
    public async Task RestartOwnerAsync()
    {
        await Router.DisposeAsync();
        Router = Open();
        Assert.True((await Router.StartAsync(default)).Ok);
    }

    public static RouterBackend Backend(string key, string host, params RawBackend[] servers) =>
        new()
        {
            Key = key,
            ServiceName = "web.app",
            Hosts = [host],
            CheckTimeoutSeconds = 1,
            Servers =
            [
                .. servers.Select(server => new RouterServer(server.Name, "127.0.0.1", server.Port)
                {
                    Tls = server.Tls,
                    HealthCheck = new RouterHealthCheck(server.HealthPath, 1),
                }),
            ],
        };

    public RouterModel Model(params RouterBackend[] backends) =>
        new() { Binds = [new RouterBind("127.0.0.1", Port)], Backends = [.. backends] };

    public Task ApplyAsync(params RawBackend[] servers) => ApplyAsync(Model(Backend("web-80", Host, servers)));

    public async Task ApplyAsync(RouterModel model)
    {
        var applied = await Router.ApplyAsync(model, default);
        Assert.True(applied.Ok, applied.ToString());
    }

    public async Task<(int Status, string Body)> GetAsync(string host = Host, string path = "/")
    {
        using var http = new PlainHttp(Port);
        return await http.GetAsync(path, host);
    }

    /// <summary>The process ids of HAProxy's workers: the same while nothing is reloaded.</summary>
    public string Workers()
    {
        var master = Router.MasterPid!.Value;
        return File.ReadAllText($"/proc/{master}/task/{master}/children").Trim();
    }

    public async ValueTask DisposeAsync()
    {
        Assert.True(await Router.StopAsync(default), "HAProxy did not stop");
        await Router.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    private RouterHost Open() =>
        new(_folder, new RouterOptions { WatchInterval = TimeSpan.FromMilliseconds(200) }, TimeProvider.System, Log);
}
