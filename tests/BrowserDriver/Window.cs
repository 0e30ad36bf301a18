using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Palisade.Driver;

namespace Palisade.BrowserDriver;

/// <summary>A browser window of its own profile, which notes what a page must not do.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _url;
    private readonly ConcurrentQueue<string> _faults = new();

    private Window(IBrowserContext context, IPage page, Uri url)
    {
        (_context, Page, _url) = (context, page, url);
        page.Console += (_, message) =>
        {
            if (IsOfTheNetwork(message.Text))
            {
                return;
            }

            if (
                message.Type is "error" or "warning"
                || message.Text.Contains("Content Security Policy", StringComparison.Ordinal)
            )
            {
                _faults.Enqueue($"console: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) =>
        {
            if (!IsOfTheNetwork(error))
            {
                _faults.Enqueue($"error: {error}");
            }
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: not "data" } to && to.Authority != url.Authority)
            {
                _faults.Enqueue($"request to {to.Authority}");
            }
        };
    }

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    /// <summary>Console errors, policy violations and requests to other hosts so far.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <param name="state">Cookies of another window's profile, as its context tells them; null: none.</param>
    public static async Task<Window> OpenAsync(
        IBrowser browser,
        Uri url,
        int width = 1280,
        ColorScheme scheme = ColorScheme.Light,
        string? state = null
    )
    {
        var context = await browser.NewContextAsync(
            new()
            {
                StorageState = state,
                BaseURL = url.ToString(),
                IgnoreHTTPSErrors = true,
                ViewportSize = new() { Width = width, Height = 800 },
                ColorScheme = scheme,
                // What is looked at is not in the middle of becoming it.
                ReducedMotion = ReducedMotion.Reduce,
                Locale = "en-GB",
            }
        );
        // Only what fails waits that long: a machine that others share may take its time.
        context.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        return new Window(context, await context.NewPageAsync(), url);
    }

    public async Task SignInAsync(string email, string password)
    {
        await GoAsync("/login");
        await Page.GetByLabel("Email").FillAsync(email);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    public async Task ChangePasswordAsync(string current, string replacement)
    {
        await ArriveAsync("**/account/password");
        await Page.GetByLabel("Current password").FillAsync(current);
        await Page.GetByLabel("New password", new() { Exact = true }).FillAsync(replacement);
        await Page.GetByLabel("New password again").FillAsync(replacement);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
    }

    /// <summary>Opens a page; again when the machine's network changed meanwhile.</summary>
    public async Task<IResponse> GoAsync(string path)
    {
        for (var left = 5; ; left--)
        {
            try
            {
                // The scripts at its end have run then. Its load event never comes where the machine's network changed
                // while it loaded.
                if (await Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.DOMContentLoaded }) is { } answer)
                {
                    return answer;
                }

                // The page went there by itself at that moment: it loads itself again when its circuit has ended.
                if (left == 0)
                {
                    throw new InvalidOperationException($"{path} gave no answer");
                }
            }
            catch (PlaywrightException e) when (left > 0 && (IsOfTheNetwork(e.Message) || WentElsewhere(e.Message)))
            {
                // As a person would: wait for what comes, and press reload.
                await Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
            }
        }
    }

    /// <summary>How long a page of this machine takes now, as an allowance beside what the product promises.</summary>
    public async Task<TimeSpan> LoadTimeAsync(string path)
    {
        var clock = Stopwatch.StartNew();
        await GoAsync(path);
        await LiveAsync();
        return clock.Elapsed;
    }

    /// <summary>The page went elsewhere by itself at that moment, since its circuit has ended.</summary>
    private static bool WentElsewhere(string message) =>
        message.Contains("ERR_ABORTED", StringComparison.Ordinal)
        || message.Contains("interrupted by another navigation", StringComparison.Ordinal);

    // Chromium drops connections when an interface of the machine comes or goes, and racks (this one's and those of
    // other tests) start containers all the time; and the server drops those of a session that may do something else
    // now, whatever they were about. The page takes its circuit up again; that it does is asserted by what it shows.
    private static bool IsOfTheNetwork(string text) =>
        text.Contains("ERR_NETWORK_CHANGED", StringComparison.Ordinal)
        || text.Contains("Connection disconnected with error", StringComparison.Ordinal)
        || text.Contains("due to the underlying connection being closed", StringComparison.Ordinal)
        || text.Contains("NS_ERROR_NET", StringComparison.Ordinal);

    /// <summary>
    /// Until the page is another one. What it shows is waited for by what looks at it: its load event never comes where
    /// the machine's network changed while it loaded.
    /// </summary>
    /// <param name="url">With wildcards.</param>
    public async Task ArriveAsync(string url)
    {
        try
        {
            // For a page that is there already, Playwright would wait for its load event all the same.
            if (IsLike(url, Page.Url))
            {
                await Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
                return;
            }

            await Page.WaitForURLAsync(url, new() { WaitUntil = WaitUntilState.Commit });
        }
        catch (TimeoutException e)
        {
            var shown = await Page.Locator("body").InnerTextAsync();
            throw new TimeoutException($"{Page.Url} is shown, not {url}: {shown} {string.Join('\n', Faults)}", e);
        }
    }

    private static bool IsLike(string pattern, string url) =>
        Regex.IsMatch(
            url,
            $"^{Regex.Escape(pattern).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$"
        );

    /// <summary>Until the circuit serves the page.</summary>
    public Task LiveAsync() =>
        Poll.UntilAsync(
            async () =>
                await Page.Locator("[data-live=true]").CountAsync() > 0
                && await Page.Locator("[data-live=false], button[data-waiting]").CountAsync() == 0,
            TimeSpan.FromSeconds(60),
            "a live page"
        );

    /// <summary>Types into the field of that label, and leaves it.</summary>
    public async Task TypeAsync(string label, string text)
    {
        var field = Page.GetByLabel(label, new() { Exact = true });
        await field.FillAsync(text);
        await field.BlurAsync();
    }

    /// <summary>The button of that name.</summary>
    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public Task OpenMenuAsync() => Page.Locator("details.menu.right > summary").ClickAsync();

    public async Task SignOutAsync()
    {
        await OpenMenuAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await ArriveAsync("**/login");
    }

    /// <summary>
    /// What axe-core finds, one line each. Asked of the root element, it answers in the page itself; asked of the page,
    /// it opens a second one for the answer, with a process of its own.
    /// </summary>
    public async Task<IReadOnlyList<string>> AxeAsync() =>
        [
            .. (await Page.Locator("html").RunAxe()).Violations.SelectMany(v =>
                v.Nodes.Select(n => $"{v.Id}: {v.Help}: {n.Html}")
            ),
        ];

    public Task<bool> ScrollsSidewaysAsync() =>
        Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");

    public Task ShootAsync(string name) =>
        Page.ScreenshotAsync(
            new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", $"{name}.png"), FullPage = true }
        );

    public override string ToString() => _url.ToString();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
