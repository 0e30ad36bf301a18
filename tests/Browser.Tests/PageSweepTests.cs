using System.Collections.Immutable;
using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;
using Palisade.Web.Components.Shell;

namespace Palisade.Browser.Tests;

/// <summary>
/// Every page that there is, with the ids of real things, opened by those who may see none of them (S01). A new
/// page fails here until it has what its route names.
/// </summary>
public sealed partial class PageSweepTests(SweptWorld world) : IClassFixture<SweptWorld>
{
    private ConsoleFixture Console => world.Console;

    private static readonly ImmutableArray<string> Routes =
    [
        .. typeof(ShellLayout)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<RouteAttribute>())
            .Select(route => route.Template)
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> OfOrganizations =>
        Routes.Where(route => route.StartsWith("/o/{Org}/", StringComparison.Ordinal));

    [Fact]
    public async Task S07_nobody_sees_a_page_without_signing_in()
    {
        using var http = Console.Server.NewHttpClient(redirects: false);
        foreach (var route in Routes.Where(route => !route.StartsWith("/login", StringComparison.Ordinal)))
        {
            using var answer = await http.GetAsync(PathOf(route, "main"));

            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.StartsWith("/login", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task S01_what_is_in_one_organization_is_absent_to_who_is_in_another_at_every_address()
    {
        await using var administrator = await Console.OpenSignedInAsync();
        await using var eve = await Console.OpenAsync();
        await eve.SignInAsync(SweptWorld.Eve, SweptWorld.Passphrase);
        await eve.ChangePasswordAsync(SweptWorld.Passphrase, "another long passphrase 9");
        await eve.ArriveAsync("**/o/second/**");
        await eve.GoAsync("/o/main/no-such-page");
        var absent = await eve.Page.Locator("main").InnerTextAsync();
        var (faults, shown) = (new List<string>(), 0);
        foreach (var route in OfOrganizations)
        {
            // That the marks are what these pages show: otherwise nothing below would be found.
            shown += (await ShownAsync(administrator, PathOf(route, "main"))).Length > 0 ? 1 : 0;

            var there = await eve.GoAsync(PathOf(route, "main"));
            if (there.Status != 404 || await eve.Page.Locator("main").InnerTextAsync() != absent)
            {
                faults.Add($"{route}: {there.Status} for who is in another organization");
            }

            var own = await ShownAsync(eve, PathOf(route, "second"));
            if (own.Length > 0)
            {
                faults.Add($"{route}: shows {string.Join(", ", own)} in another organization");
            }
        }

        Assert.Empty(faults);
        Assert.InRange(shown, OfOrganizations.Count() / 2, int.MaxValue);
        Assert.Empty(administrator.Faults);
    }

    [Fact]
    public async Task S01_every_page_asks_what_its_reader_may_see()
    {
        var nothing = await Console.MakeRoleAsync("Nothing here", [new { type = "Billing", action = "Read" }]);
        await using var window = await Console.OpenAsync();
        await Console.JoinAsync(window, "reader@example.com", SweptWorld.Passphrase, nothing);
        var faults = new List<string>();
        foreach (var route in OfOrganizations)
        {
            var seen = await ShownAsync(window, PathOf(route, "main"));
            if (seen.Length > 0)
            {
                faults.Add($"{route}: shows {string.Join(", ", seen)}");
            }
        }

        Assert.Empty(faults);
    }

    /// <summary>The marks that are on the page and not in its address, once it has what it waits for.</summary>
    private async Task<string[]> ShownAsync(Window window, string path)
    {
        await window.GoAsync(path);
        await Assertions.Expect(window.Page.Locator("[data-live=false], button[data-waiting]")).ToHaveCountAsync(0);
        var text = await window.Page.Locator("main").InnerTextAsync();
        return
        [
            .. world.Marks.Where(mark =>
                text.Contains(mark, StringComparison.Ordinal) && !path.Contains(mark, StringComparison.Ordinal)
            ),
        ];
    }

    private string PathOf(string route, string org) =>
        RoutePart()
            .Replace(
                route,
                part =>
                    part.Groups[1].Value switch
                    {
                        "Org" or "Name" => org,
                        var name => world.Values.TryGetValue(name, out var value)
                            ? string.Join('/', value.Split('/').Select(Uri.EscapeDataString))
                            : throw new InvalidOperationException(
                                $"{route} names {name}, which nothing here is called."
                            ),
                    }
            );

    [GeneratedRegex(@"\{\*?(\w+)(?::\w+)?\}")]
    private static partial Regex RoutePart();
}
