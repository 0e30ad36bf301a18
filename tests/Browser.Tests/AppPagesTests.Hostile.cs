using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

public sealed partial class AppPagesTests
{
    /// <summary>Every page of an organization that there is.</summary>
    private static IEnumerable<string> Pages =>
        typeof(Web.Components.App)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<RouteAttribute>())
            .Select(route => route.Template)
            .Where(template => template.StartsWith("/o/{Org}", StringComparison.Ordinal));

    [Fact]
    public async Task A_button_that_was_enabled_by_hand_does_nothing_that_its_reader_may_not()
    {
        await using var window = await console.OpenSignedInAsync();
        var runs = await DeployAsync(window);
        var next = await SetAsync(window, "FORGED=1", "FORGED");
        var role = await console.MakeRoleAsync("Forgers", "Read");
        await using var forger = await console.OpenAsync();
        await console.JoinAsync(forger, "forger@example.com", "a long enough passphrase", role);
        await forger.GoAsync($"{Hello}/releases?promote={next}");
        var button = Plan(forger).Locator("button.primary");
        await Assertions.Expect(forger.Page.Locator("button[data-waiting]")).ToHaveCountAsync(0);
        await Assertions.Expect(button).ToBeDisabledAsync();

        await button.EvaluateAsync("button => { button.disabled = false; button.click(); }");

        await Assertions.Expect(Plan(forger).Locator(".problem")).ToContainTextAsync("(release.promote)");
        var app = await new ConvoxClient(ConvoxTarget.Of(console.Server)).AppAsync("hello");
        Assert.Equal((runs, "running"), (app.Release, app.Status));
    }

    [Fact]
    public async Task No_page_of_an_organization_of_others_is_there()
    {
        await using var window = await console.OpenSignedInAsync();
        Assert.NotEmpty(Pages);

        foreach (var page in Pages)
        {
            var path = page.Replace("{Org}", "others", StringComparison.Ordinal)
                .Replace("{RackName}", "local", StringComparison.Ordinal)
                .Replace("{AppName}", "hello", StringComparison.Ordinal);
            var answer = await window.Context.APIRequest.GetAsync(path);
            Assert.True((int)HttpStatusCode.NotFound == answer.Status, $"{path} answers {answer.Status}");
        }
    }

    public static TheoryData<string, string[]> Forgeries =>
        new()
        {
            // A component that the server has not offered, and one of somebody else's key.
            {
                "StartCircuit",
                ["{base}", "{base}", "[{\"type\":\"server\",\"sequence\":0,\"descriptor\":\"Zm9yZ2Vk\"}]", ""]
            },
            { "ConnectCircuit", ["someone-elses-circuit"] },
            { "BeginInvokeDotNetFromJS", ["1", "Palisade.Web", "Main", "0", "[]"] },
            { "OnLocationChanged", ["{base}o/others/apps", "", "false"] },
            { "NoSuchMethod", [] },
        };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_message_starts_no_circuit_and_harms_nobody(string target, string[] arguments)
    {
        await using var window = await console.OpenSignedInAsync();
        await using var frames = await OpenFramesAsync(window);
        var root = $"{console.Server.Url}";

        await frames.InvokeAsync(
            target,
            [.. arguments.Select(a => a.Replace("{base}", root, StringComparison.Ordinal))]
        );

        var answer = await frames.ReceiveAsync();
        Assert.True(answer is null || IsRefusal(answer), answer);
        await window.GoAsync(console.Apps);
        await window.LiveAsync();
    }

    [Fact]
    public async Task What_is_no_message_at_all_ends_its_connection_and_no_other()
    {
        await using var window = await console.OpenSignedInAsync();
        await using var frames = await OpenFramesAsync(window);

        await frames.SendAsync([0xff, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3]);

        // The word of why, then the end.
        Assert.Contains("error", await frames.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Null(await frames.ReceiveAsync());
        Assert.Equal(0, await window.Page.Locator("html[data-connection=lost]").CountAsync());
    }

    [Fact]
    public async Task What_people_write_is_text_wherever_it_is_shown()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var newest = (await new ConvoxClient(ConvoxTarget.Of(console.Server)).ReleasesAsync("hello"))[0];
        using var http = console.Server.NewHttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/apps/hello/releases")
        {
            Content = new FormUrlEncodedContent([
                KeyValuePair.Create("build", newest.Build!),
                KeyValuePair.Create("description", Markup),
            ]),
            Headers = { { "Authorization", ConvoxTarget.Of(console.Server).Authorization }, { "Rack", Rack } },
        };
        using var made = await http.SendAsync(request);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());

        foreach (var page in new[] { Hello, $"{Hello}/releases", Timeline, console.Apps, Dashboard, Jobs })
        {
            await window.GoAsync(page);
            await window.LiveAsync();
            await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
            await Assertions.Expect(window.Page.GetByRole(AriaRole.Main)).ToBeVisibleAsync();
        }

        await window.GoAsync($"{Hello}/releases");
        await Assertions.Expect(window.Page.Locator("[data-release]").First).ToContainTextAsync(Markup);
        await window.GoAsync($"{Timeline}?kind=release");
        await Assertions.Expect(window.Page.Locator("[data-record]").First).ToContainTextAsync(Markup);
        var nonsense = Uri.EscapeDataString($"\">{Markup}");
        await window.GoAsync($"{Timeline}?from={nonsense}&to={nonsense}&kind={nonsense}&before={nonsense}");
        await Assertions.Expect(window.Page.Locator("[data-record]").First).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    private async Task<CircuitFrames> OpenFramesAsync(Window window)
    {
        var cookies = await window.Context.CookiesAsync();
        return await CircuitFrames.OpenAsync(
            console.Server.Url,
            string.Join("; ", cookies.Select(cookie => $"{cookie.Name}={cookie.Value}"))
        );
    }

    // A completion without a circuit's secret, or an error that the page would be told.
    private static bool IsRefusal(string answer) =>
        answer.Contains("JS.Error", StringComparison.Ordinal)
        || answer.Contains("error", StringComparison.OrdinalIgnoreCase)
        || answer.Length < 16;
}
