using System.Collections;
using Microsoft.Playwright;
using Palisade.Driver;

namespace Palisade.Browser.Tests;

/// <summary>
/// One server with its real rack, one browser, and the first administrator with a password of their own.
/// </summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    public const string Password = "seven brown foxes dig quietly";

    private IPlaywright? _playwright;

    public ServerProcess Server { get; private set; } = null!;

    public IBrowser Browser { get; private set; } = null!;

    public string Email => Server.FirstRun.Email;

    public string Apps => $"/o/{Server.FirstRun.Organization}/apps";

    /// <summary>A browser that reaches the server and its router, and nothing else; see chromium.sh.</summary>
    public static async Task<(IPlaywright Playwright, IBrowser Browser)> LaunchAsync(ServerProcess server)
    {
        var playwright = await Playwright.CreateAsync();
        var environment = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string)e.Value!);
        environment["PORTS"] = $"{server.HttpsPort} {server.RouterPort}";
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
        return (playwright, browser);
    }

    public async Task InitializeAsync()
    {
        Server = await ServerProcess.StartAsync();
        (_playwright, Browser) = await LaunchAsync(Server);
        await using var window = await Window.OpenAsync(Browser, Server.Url);
        await window.SignInAsync(Email, Server.FirstRun.Password);
        await window.ChangePasswordAsync(Server.FirstRun.Password, Password);
        await window.ArriveAsync($"**{Apps}");
    }

    public async Task DisposeAsync()
    {
        await (Browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
        await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>A fresh browser profile.</summary>
    public Task<Window> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light) =>
        Window.OpenAsync(Browser, Server.Url, width, scheme);

    /// <summary>The same, signed in and on the list of apps.</summary>
    public async Task<Window> OpenSignedInAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var window = await OpenAsync(width, scheme);
        await window.SignInAsync(Email, Password);
        await window.ArriveAsync($"**{Apps}");
        await window.LiveAsync();
        return window;
    }
}

[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<ConsoleFixture>
{
    public const string Name = "console";
}
