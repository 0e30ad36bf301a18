using System.Collections;
using Microsoft.Playwright;
using Palisade.Driver;

namespace Palisade.BrowserDriver;

/// <summary>A browser that reaches a server and its router, and nothing else; see chromium.sh.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly Uri _url;

    private Chromium(IPlaywright playwright, IBrowser browser, Uri url) =>
        (_playwright, Browser, _url) = (playwright, browser, url);

    public IBrowser Browser { get; }

    /// <param name="server">What it reaches.</param>
    /// <param name="others">Ports of this machine that it reaches, too.</param>
    public static async Task<Chromium> LaunchAsync(ServerProcess server, params IEnumerable<int> others)
    {
        ArgumentNullException.ThrowIfNull(server);
        var environment = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string)e.Value!);
        environment["PORTS"] = string.Join(' ', [server.HttpsPort, server.RouterPort, .. others]);
        var playwright = await Playwright.CreateAsync();
        try
        {
            var browser = await playwright.Chromium.LaunchAsync(
                new()
                {
                    ExecutablePath = Path.Combine(AppContext.BaseDirectory, "chromium.sh"),
                    Env = environment,
                    Headless = true,
                    Args =
                    [
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        // As outside of headless mode: a page that could not be loaded because the machine's network
                        // changed (a container came or went) is loaded again.
                        "--enable-auto-reload",
                    ],
                }
            );
            return new(playwright, browser, server.Url);
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>A fresh browser profile, with another one's cookies if they are given.</summary>
    public Task<Window> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light, string? state = null) =>
        Window.OpenAsync(Browser, _url, width, scheme, state);

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }
}
