using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Palisade.Driver;

namespace Palisade.Browser.Tests;

/// <summary>Commands in its processes, from the page.</summary>
public sealed partial class AppPagesTests
{
    private const string Markup = "<img src=x onerror=alert(1)>";

    [Fact]
    public async Task A_terminal_runs_a_command_in_a_process_takes_the_windows_size_and_says_how_it_ended()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var process = await OpenTerminalAsync(window);

        await TypeInTerminalAsync(window, $"printf '[%d] %s \\033[38;2;200;40;40mred\\033[0m\\n' $((6*7)) '{Markup}'");
        await Assertions.Expect(Screen(window)).ToContainTextAsync($"[42] {Markup}");
        await Assertions.Expect(Screen(window).Locator("img")).ToHaveCountAsync(0);
        var wide = await ColumnsAsync(window);
        await window.Page.SetViewportSizeAsync(700, 800);
        await Poll.UntilAsync(
            async () => await ColumnsAsync(window) < wide,
            TimeSpan.FromSeconds(20),
            "a narrower terminal in the process"
        );

        await TypeInTerminalAsync(window, "echo begun $((40+2)); sleep 1000");
        await Assertions.Expect(Screen(window)).ToContainTextAsync("begun 42");
        await window.Page.Keyboard.PressAsync("Control+C");
        await window.Page.Keyboard.PressAsync("Shift+F6");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Button, new() { Name = "End it" })).ToBeFocusedAsync();
        Assert.Empty(await window.AxeAsync());
        Assert.Empty(window.Faults);
        await window.ShootAsync("terminal-light-700");
        await window.Page.SetViewportSizeAsync(360, 800);
        await window.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.False(await window.ScrollsSidewaysAsync(), "the terminal scrolls sideways at 360 px");
        Assert.Empty(await window.AxeAsync());
        await window.ShootAsync("terminal-dark-360");
        await TypeInTerminalAsync(window, "exit 3");
        await Assertions.Expect(Said(window)).ToHaveTextAsync("Ended with exit code 3.");
        await console.LooksAsync("terminal-start", $"{Processes}/{process}/terminal");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_flood_is_drawn_to_its_end_and_a_pasted_text_comes_whole()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await OpenTerminalAsync(window, "sh -c 'stty -echo; seq 1 200000; cat | wc -c'");
        await Assertions.Expect(Screen(window)).ToContainTextAsync("200000");

        await window.Page.EvaluateAsync(
            """
            () => {
              const data = new DataTransfer();
              data.setData('text/plain', ('x'.repeat(99) + '\n').repeat(50));
              document.querySelector('.xterm-helper-textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
            }
            """
        );
        await window.Page.Keyboard.PressAsync("Control+D");

        await Assertions.Expect(Screen(window)).ToContainTextAsync("5000");
        await Assertions.Expect(Said(window)).ToHaveTextAsync("Ended with exit code 0.");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_one_off_command_has_a_process_of_its_own_that_ends_with_it()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await window.GoAsync(Processes);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Run a command of web" }).ClickAsync();
        await Assertions.Expect(window.Page.Locator("button[data-waiting]")).ToHaveCountAsync(0);
        await window.Page.Locator("#command").FillAsync("sh -c 'read line; echo \"got $line\"; exit 5'");
        await console.LooksAsync("run", $"{Processes}/run?service=web");
        await ButtonAsync(window, $"Run it on {Rack}/hello");
        await Assertions.Expect(Said(window)).ToContainTextAsync("Running in web-");
        await using var other = await console.OpenSignedInAsync();
        await other.GoAsync(Processes);
        await Assertions.Expect(other.Page.GetByText("web (one-off)")).ToHaveCountAsync(1);

        await TypeInTerminalAsync(window, "it");

        await Assertions.Expect(Screen(window)).ToContainTextAsync("got it");
        await Assertions.Expect(Said(window)).ToHaveTextAsync("Ended with exit code 5.");
        await Assertions.Expect(other.Page.GetByText("web (one-off)")).ToHaveCountAsync(0, Rollout);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task S29_A_revoked_session_ends_its_terminal_within_5_s()
    {
        await using var window = await console.OpenSignedInAnewAsync();
        await DeployAsync(window);
        await window.GoAsync(Processes);
        var process = await window.Page.Locator("[data-process]").First.GetAttributeAsync("data-process");

        // A page without a circuit, which would end with its session and take the socket along.
        var still = await window.Context.NewPageAsync();
        await still.GotoAsync("/account/password");
        await still.EvaluateAsync(
            """
            ([path, process]) => new Promise(running => {
              const socket = new WebSocket(`wss://${location.host}${path}/terminal`);
              socket.onopen = () => socket.send(JSON.stringify({ start: { process, command: 'sleep 4252', columns: 80, rows: 24 } }));
              socket.onmessage = message => { window.said = message.data; running(); };
            })
            """,
            new[] { Hello, process }
        );
        Assert.Contains("running", await still.EvaluateAsync<string>("() => window.said"), StringComparison.Ordinal);
        Assert.True(Sleeps());

        var took = await window.LoadTimeAsync(Processes);
        await window.SignOutAsync();
        var clock = Stopwatch.StartNew();

        await Poll.UntilAsync(() => Task.FromResult(!Sleeps()), TimeSpan.FromMinutes(1), "no command left");
        await still.WaitForFunctionAsync("() => window.said.includes('problem')");
        // The bound is the product's; above it a call or two, as a page is.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5) + (2 * took));
        Assert.Contains("revoked", await still.EvaluateAsync<string>("() => window.said"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://evil.example")]
    public async Task S07_A_foreign_origin_gets_no_terminal(string? origin)
    {
        await using var window = await console.OpenSignedInAnewAsync();
        await DeployAsync(window);
        var cookie = Assert.Single(await window.Context.CookiesAsync(), c => c.Name == "__Host-palisade");
        var address = new UriBuilder(new Uri(console.Server.Url, $"{Hello}/terminal")) { Scheme = "wss" }.Uri;

        Assert.Equal(
            HttpStatusCode.SwitchingProtocols,
            await KnockAsync(console.Server.Url.GetLeftPart(UriPartial.Authority))
        );
        Assert.Equal(HttpStatusCode.Forbidden, await KnockAsync(origin));

        async Task<HttpStatusCode> KnockAsync(string? from)
        {
            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.RemoteCertificateValidationCallback = static (_, certificate, _, _) =>
                certificate is not null;
            socket.Options.SetRequestHeader("Cookie", $"{cookie.Name}={cookie.Value}");
            if (from is not null)
            {
                socket.Options.SetRequestHeader("Origin", from);
            }

            try
            {
                await socket.ConnectAsync(address, CancellationToken.None);
            }
            catch (WebSocketException)
            {
                // Its status says why.
            }

            return socket.HttpStatusCode;
        }
    }

    [Fact]
    public async Task Who_may_not_enter_a_process_reads_why_and_the_socket_says_the_same()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await window.GoAsync(Processes);
        var process = await window.Page.Locator("[data-process]").First.GetAttributeAsync("data-process");
        var readers = await console.MakeRoleAsync("Lookers", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "looker@example.com", "a long enough passphrase", readers);

        await reader.GoAsync($"{Processes}/{process}/terminal");
        await Assertions
            .Expect(reader.Page.Locator("#no-terminal"))
            .ToContainTextAsync("(app.exec) on app local/hello");
        var said = await reader.Page.EvaluateAsync<string>(
            """
            ([path, process]) => new Promise(done => {
              const socket = new WebSocket(`wss://${location.host}${path}/terminal`);
              socket.onopen = () => socket.send(JSON.stringify({ start: { process, command: 'sh', columns: 80, rows: 24 } }));
              socket.onmessage = message => done(message.data);
              socket.onclose = () => done('closed');
            })
            """,
            new[] { Hello, process }
        );

        Assert.Contains("app.exec", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{\"size\":[0,0]}")]
    [InlineData("{\"start\":{\"command\":\"sh\",\"columns\":80,\"rows\":24}}")]
    public async Task A_terminal_that_sends_what_it_must_not_is_ended_and_told_so(string sends)
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await window.GoAsync(Processes);
        var process = await window.Page.Locator("[data-process]").First.GetAttributeAsync("data-process");

        var said = await window.Page.EvaluateAsync<string>(
            """
            ([path, process, sends]) => new Promise(done => {
              const socket = new WebSocket(`wss://${location.host}${path}/terminal`);
              const start = { process, command: 'sleep 4243', columns: 80, rows: 24 };
              socket.onopen = () => socket.send(JSON.stringify({ start }));
              socket.onclose = () => done('closed');
              socket.onmessage = message => {
                if (typeof message.data !== 'string') return;
                if (!JSON.parse(message.data).running) return done(message.data);
                socket.send(sends);
              };
            })
            """,
            new[] { Hello, process, sends }
        );

        Assert.Contains("sent what is no message", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_that_does_not_say_what_to_run_runs_nothing()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);

        var said = await window.Page.EvaluateAsync<string>(
            """
            path => new Promise(done => {
              const socket = new WebSocket(`wss://${location.host}${path}/terminal`);
              socket.onopen = () => socket.send(JSON.stringify({ start: { service: 'web', columns: 80, rows: 24 } }));
              socket.onmessage = message => done(message.data);
              socket.onclose = () => done('closed');
            })
            """,
            Hello
        );

        Assert.Contains("did not say what to run", said, StringComparison.Ordinal);
    }

    private static ILocator Screen(Window window) => window.Page.Locator("#screen .xterm-rows");

    private static ILocator Said(Window window) => window.Page.Locator("#said");

    /// <summary>In the first process that runs. Gives its id.</summary>
    private async Task<string> OpenTerminalAsync(Window window, string command = "sh")
    {
        await window.GoAsync(Processes);
        await window.Page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Terminal in") }).First.ClickAsync();
        await Assertions.Expect(window.Page.Locator("button[data-waiting]")).ToHaveCountAsync(0);
        await window.Page.Locator("#command").FillAsync(command);
        await ButtonAsync(window, $"Start it in {Rack}/hello");
        await Assertions.Expect(Said(window)).ToHaveTextAsync(new Regex("Running in (web-[a-z0-9-]+)\\."));
        return (await Said(window).InnerTextAsync())["Running in ".Length..].TrimEnd('.');
    }

    private static async Task TypeInTerminalAsync(Window window, string line)
    {
        await window.Page.Locator(".xterm-helper-textarea").FocusAsync();
        await window.Page.Keyboard.TypeAsync(line);
        await window.Page.Keyboard.PressAsync("Enter");
    }

    private static async Task<int> ColumnsAsync(Window window)
    {
        await TypeInTerminalAsync(window, "echo; stty size");
        var size = new Regex(@"\b[1-9][0-9]* ([1-9][0-9]+)\s*$", RegexOptions.Multiline);
        await Assertions.Expect(Screen(window)).ToContainTextAsync(new Regex("[1-9][0-9]* [1-9][0-9]+"));
        return int.Parse(
            size.Matches(await Screen(window).InnerTextAsync())[^1].Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture
        );
    }

    private static bool Sleeps() =>
        Directory
            .EnumerateDirectories("/proc")
            .Any(folder =>
            {
                try
                {
                    return File.ReadAllText(Path.Combine(folder, "cmdline"))
                        .Contains("sleep\04252", StringComparison.Ordinal);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    return false;
                }
            });
}
