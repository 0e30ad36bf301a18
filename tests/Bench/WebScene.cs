using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Palisade.BrowserDriver;
using Palisade.Driver;

namespace Palisade.Bench;

/// <summary>
/// The console of a company: 1,000 apps with 10 releases each, one of which runs, and 1,000,000 records; and a browser
/// that its administrator has signed in with.
/// </summary>
internal sealed class WebScene : IAsyncDisposable
{
    public const string App = "bench";

    private const string Password = "seven brown foxes dig quietly";
    private const int Apps = 999;
    private const int Releases = 10;
    private const int AtOnce = 32;

    private readonly BenchServer _server;
    private readonly Chromium _chromium;

    private WebScene(BenchServer server, Chromium chromium, BareProcess bare, Window window) =>
        (_server, _chromium, Bare, Window) = (server, chromium, bare, window);

    public ServerProcess Server => _server.Process;

    public Window Window { get; }

    /// <summary>Serves a page of one word to the same browser.</summary>
    public BareProcess Bare { get; }

    /// <summary>Where the pages of the app are.</summary>
    public string AppPath => Fill("/o/{Org}/apps/{RackName}/{AppName}");

    /// <summary>Where the list of apps is.</summary>
    public string AppsPath => Fill("/o/{Org}/apps");

    /// <summary>Where the list of jobs is.</summary>
    public string JobsPath => Fill("/o/{Org}/jobs");

    /// <summary>Every page of an organization.</summary>
    public IEnumerable<string> Pages =>
        typeof(Web.Components.App)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<RouteAttribute>())
            .Select(route => route.Template)
            .Where(template => template.StartsWith("/o/{Org}", StringComparison.Ordinal))
            .Select(Fill)
            .Where(path => !path.Contains('{', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static async Task<WebScene> StartAsync(CancellationToken ct)
    {
        var server = await BenchServer.StartAsync(ct);
        try
        {
            await FillAsync(server, ct);
            var bare = await BareProcess.StartAsync(server.Certificate, ct);
            var chromium = await Chromium.LaunchAsync(server.Process, bare.Port);
            var first = server.Process.FirstRun;
            var window = await chromium.OpenAsync();
            await window.SignInAsync(first.Email, first.Password);
            await window.ChangePasswordAsync(first.Password, Password);
            await window.ArriveAsync("**/o/**");
            return new(server, chromium, bare, window);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Window.DisposeAsync();
        await _chromium.DisposeAsync();
        await Bare.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static async Task FillAsync(BenchServer server, CancellationToken ct)
    {
        string[] apps = [App, .. Enumerable.Range(0, Apps).Select(NameOf)];
        var together = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(
            apps,
            together,
            async (app, token) =>
            {
                await server.CreateAppAsync(app, token);
                for (var i = 0; i < Releases; i++)
                {
                    var env = string.Create(CultureInfo.InvariantCulture, $"GREETING=hello\nCHANGE={i}");
                    await server.PostAsync($"/apps/{app}/releases", new() { ["env"] = env }, token);
                }
            }
        );
        using var source = new SampleSource(1);
        var (_, release) = await server.BuildAsync(App, source.Pack("v1"), ct);
        await server.PromoteAsync(App, release, ct);
        await server.SettledAsync(App, release, 1, ct);
        await server.Process.StopAsync();
        await AuditRecords.FillAsync(server.Process.Data, server.Process.FirstRun.Organization, ct);
        await server.Process.StartAgainAsync(ct);
        await Poll.UntilAsync(
            async () =>
            {
                using var answer = await server.Http.GetAsync(new Uri($"/apps/{App}/processes", UriKind.Relative), ct);
                return answer.IsSuccessStatusCode;
            },
            TimeSpan.FromMinutes(1),
            "a rack that is ready again",
            ct: ct
        );
    }

    private static string NameOf(int i) => string.Create(CultureInfo.InvariantCulture, $"app{i}");

    private string Fill(string template) =>
        template
            .Replace("{Org}", _server.Process.FirstRun.Organization, StringComparison.Ordinal)
            .Replace("{RackName}", _server.Process.FirstRun.Rack, StringComparison.Ordinal)
            .Replace("{AppName}", App, StringComparison.Ordinal);
}
