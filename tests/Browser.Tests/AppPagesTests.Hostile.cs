using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

public sealed partial class AppPagesTests
{
    private const string Markup = "<img src=x onerror=document.body.remove()>";

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
        var button = Plan(forger).GetByRole(AriaRole.Button);
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

        foreach (var page in new[] { Hello, $"{Hello}/releases", console.Apps, Dashboard })
        {
            await window.GoAsync(page);
            await window.LiveAsync();
            await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
            await Assertions.Expect(window.Page.GetByRole(AriaRole.Main)).ToBeVisibleAsync();
        }

        await window.GoAsync($"{Hello}/releases");
        await Assertions.Expect(window.Page.Locator("[data-release]").First).ToContainTextAsync(Markup);
        Assert.Empty(window.Faults);
    }
}
