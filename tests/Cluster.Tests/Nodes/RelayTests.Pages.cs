using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Palisade.BrowserDriver;
using Palisade.Cluster.Tests.Admin;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Nodes;

/// <summary>The console's pages, served by the node that has not the rack's machine.</summary>
public sealed partial class RelayTests
{
    private const string Page = $"/o/main/apps/local/{App}";

    [Fact]
    public async Task Pages_show_and_follow_what_runs_on_the_rack_and_its_logs()
    {
        await using var chromium = await Chromium.LaunchAsync(host.Cluster.Nodes[1]);
        await using var window = await JoinedAsync(chromium, "una@example.test");
        await window.GoAsync($"{Page}/processes");
        await window.LiveAsync();
        foreach (var process in await host.Near.PsAsync(App))
        {
            await Assertions.Expect(Row(window, process.Id)).ToBeVisibleAsync();
        }

        await Assertions.Expect(window.Page.Locator("section.app > header a[rel=noreferrer]")).ToHaveCountAsync(1);

        // Nothing is recorded of a process that ends by itself: only the rack knows.
        var brief = await host.Near.RunDetachedAsync(App, "web", "sh -c 'until test -e /end; do sleep 0.2; done'");
        await Assertions.Expect(Row(window, brief)).ToContainTextAsync("Running");
        Assert.Equal(0, (await host.Near.ExecAsync(App, brief, "touch /end")).ExitCode);
        await Assertions.Expect(Row(window, brief)).Not.ToContainTextAsync("Running");

        var id = await host.Near.RunDetachedAsync(App, "web", "sh -c 'echo the sum is $((40+2)); sleep 600'");
        await window.GoAsync("/o/main/racks/local/processes");
        await Assertions.Expect(Row(window, id)).ToBeVisibleAsync();
        await window.GoAsync("/o/main/racks/local");
        await Assertions.Expect(window.Page.Locator("[data-instance]")).ToHaveCountAsync(1);
        await window.GoAsync("/o/main/racks/local/drift");
        await Assertions.Expect(window.Page.GetByText("What runs on it is not known")).ToHaveCountAsync(0);
        await window.GoAsync("/o/main/racks/local/logs");
        await Assertions.Expect(window.Page.Locator(".log li").First).ToBeVisibleAsync();
        await window.GoAsync($"{Page}/logs");
        await Assertions.Expect(window.Page.Locator(".log")).ToContainTextAsync($"service/web/{id} the sum is 42");

        await window.GoAsync($"{Page}/processes?stop={id}");
        await window.LiveAsync();
        await window.Page.Locator(".plan button.primary").ClickAsync();
        await Assertions.Expect(Row(window, id)).ToHaveCountAsync(0);
        Assert.DoesNotContain(await host.Near.PsAsync(App), p => p.Id == id);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task S29_a_signed_out_sessions_one_off_process_on_the_other_node_ends_with_its_terminal()
    {
        await using var chromium = await Chromium.LaunchAsync(host.Cluster.Nodes[1]);
        await using var window = await JoinedAsync(chromium, "otto@example.test");

        // A page without a circuit, which would end with its session and take the socket along.
        var still = await window.Context.NewPageAsync();
        await still.GotoAsync("/account/password");
        await still.EvaluateAsync(
            """
            path => new Promise(running => {
              const socket = new WebSocket(`wss://${location.host}${path}/terminal`);
              socket.onopen = () => socket.send(JSON.stringify({ start: { service: 'web', command: 'sleep 4242', columns: 80, rows: 24 } }));
              socket.onmessage = message => { window.said = message.data; running(); };
            })
            """,
            Page
        );
        Assert.Contains("running", await still.EvaluateAsync<string>("() => window.said"), StringComparison.Ordinal);
        var started = await OneOffsAsync();
        Assert.NotEmpty(started);

        await window.SignOutAsync();

        // Its rights are gone within five seconds, and then it has one to end.
        await Poll.UntilAsync(
            async () => !(await OneOffsAsync()).Intersect(started).Any(),
            TimeSpan.FromSeconds(15),
            "the end of the process that was started for the terminal"
        );
    }

    private static ILocator Row(Window window, string id) => window.Page.Locator($"[data-process='{id}']");

    private async Task<IEnumerable<string>> OneOffsAsync() =>
        (await host.Near.PsAsync(App)).Where(p => p.Command == "sleep 3600").Select(p => p.Id);

    /// <summary>Somebody new, signed in at the other node.</summary>
    private async Task<Window> JoinedAsync(Chromium chromium, string email)
    {
        using var console = ConsoleClient.Of(host.Cluster.Nodes[0]);
        var invite = await console.SendAsync(
            HttpMethod.Post,
            "orgs/main/invites",
            new { open = true, roles = new[] { new { role = "OperatorV2", racks = new { all = true } } } }
        );
        var link = new Uri(invite.GetProperty("link").GetString()!);
        var window = await chromium.OpenAsync();
        await window.GoAsync(link.PathAndQuery + link.Fragment);
        await window.Page.GetByLabel("Email").FillAsync(email);
        await window.Page.GetByLabel("Your name").FillAsync("Una");
        await window.Page.GetByLabel("Password").FillAsync("violet ladder 88 hums");
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Create account and join" }).ClickAsync();
        await Assertions.Expect(window.Page).ToHaveURLAsync(new Regex("/o/main/apps$"), new() { Timeout = 20_000 });
        return window;
    }
}
