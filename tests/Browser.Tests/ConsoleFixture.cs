using Microsoft.Playwright;
using Palisade.Driver;

namespace Palisade.Browser.Tests;

/// <summary>
/// One server with its real rack, one browser, and the first administrator with a password of their own.
/// </summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    public const string Password = "seven brown foxes dig quietly";

    private Chromium? _chromium;
    private string? _signedIn;

    public IBrowser Browser => _chromium!.Browser;

    public ServerProcess Server { get; private set; } = null!;

    public string Email => Server.FirstRun.Email;

    public string Apps => $"/o/{Server.FirstRun.Organization}/apps";

    public async Task InitializeAsync()
    {
        Server = await ServerProcess.StartAsync();
        _chromium = await Chromium.LaunchAsync(Server);
        await using var window = await OpenAsync();
        await window.SignInAsync(Email, Server.FirstRun.Password);
        await window.ChangePasswordAsync(Server.FirstRun.Password, Password);
        await window.ArriveAsync($"**{Apps}");
    }

    public async Task DisposeAsync()
    {
        await (_chromium?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>A fresh browser profile.</summary>
    public Task<Window> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light) =>
        _chromium!.OpenAsync(width, scheme);

    /// <summary>
    /// The same, signed in and on the list of apps. Windows share one session, for signing in takes longer than most of
    /// what is tested; for what is about sessions there is <see cref="OpenSignedInAnewAsync"/>.
    /// </summary>
    public async Task<Window> OpenSignedInAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        if (_signedIn is not null)
        {
            var again = await _chromium!.OpenAsync(width, scheme, _signedIn);
            await again.GoAsync(Apps);
            if (again.Page.Url.EndsWith(Apps, StringComparison.Ordinal))
            {
                await again.LiveAsync();
                return again;
            }

            // A test has ended the session.
            await again.DisposeAsync();
        }

        var window = await OpenSignedInAnewAsync(width, scheme);
        _signedIn = await window.Context.StorageStateAsync();
        return window;
    }

    /// <summary>In a session of its own.</summary>
    public async Task<Window> OpenSignedInAnewAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var window = await OpenAsync(width, scheme);
        await window.SignInAsync(Email, Password);
        await window.ArriveAsync($"**{Apps}");
        await window.LiveAsync();
        return window;
    }

    /// <summary>Shoots a page light and dark, wide and narrow, and finds no fault with it.</summary>
    public Task LooksAsync(string name, string path) => LooksAsync([(name, path)]);

    /// <summary>The same for several pages of one visit.</summary>
    public async Task LooksAsync(params IReadOnlyCollection<(string Name, string Path)> pages)
    {
        await using var window = await OpenSignedInAsync();
        await LooksAsync(window, pages);
    }

    /// <summary>The same in a window that may see them.</summary>
    public async Task LooksAsync(Window window, params IReadOnlyCollection<(string Name, string Path)> pages)
    {
        ArgumentNullException.ThrowIfNull(window);
        foreach (var (name, path) in pages)
        {
            await window.GoAsync(path);
            await Assertions.Expect(window.Page.Locator("[data-live=false], button[data-waiting]")).ToHaveCountAsync(0);
            await LooksAsync(window, name);
        }
    }

    private static async Task LooksAsync(Window window, string name)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await window.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in scheme == ColorScheme.Light ? new[] { 360, 1280 } : [1280, 360])
            {
                await window.Page.SetViewportSizeAsync(width, 800);
                await window.ShootAsync($"{name}-{scheme.ToString().ToLowerInvariant()}-{width}");

                Assert.False(await window.ScrollsSidewaysAsync(), $"{name} scrolls sideways at {width} px");
            }

            // Light and wide, dark and narrow: faults of structure are the same in both schemes.
            Assert.Empty(await window.AxeAsync());
        }

        // 400 % of zoom at 1280 x 1024.
        await window.Page.SetViewportSizeAsync(320, 256);
        Assert.False(await window.ScrollsSidewaysAsync(), $"{name} scrolls sideways at 400 %");
        Assert.Empty(window.Faults);
    }
}

[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<ConsoleFixture>
{
    public const string Name = "console";
}
