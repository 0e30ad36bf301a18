using Microsoft.Playwright;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

public sealed partial class AppPagesTests
{
    [Fact]
    public async Task The_palette_goes_anywhere_by_a_few_letters_and_without_a_mouse()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var palette = window.Page.GetByRole(AriaRole.Dialog, new() { Name = "Go to" });

        await window.Page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(palette.GetByRole(AriaRole.Link).First).ToHaveTextAsync("Dashboard");
        await window.Page.Keyboard.TypeAsync("hel rel");
        await Assertions.Expect(palette.GetByRole(AriaRole.Link)).ToHaveTextAsync(["local/hello Releases"]);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await window.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await window.ShootAsync($"palette-{scheme.ToString().ToLowerInvariant()}");
            Assert.Empty(await window.AxeAsync());
        }

        await window.Page.Keyboard.PressAsync("ArrowDown");
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ArriveAsync($"**{Hello}/releases");
        await window.LiveAsync();
        await window.Page.Keyboard.PressAsync("/");
        await Assertions.Expect(palette).ToBeVisibleAsync();
        await window.Page.Keyboard.TypeAsync("no such thing");
        await Assertions.Expect(palette).ToContainTextAsync("Nothing that you may see has this name.");
        await window.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(palette).ToBeHiddenAsync();
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Keys_of_one_letter_are_explained_and_can_be_switched_off()
    {
        await using var window = await console.OpenSignedInAsync();
        var help = window.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" });

        await window.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(help).ToBeVisibleAsync();
        Assert.Empty(await window.AxeAsync());
        await help.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await window.Page.Keyboard.PressAsync("Escape");
        await window.GoAsync(console.Apps);
        await window.LiveAsync();
        await window.Page.Keyboard.PressAsync("?");
        await window.Page.Keyboard.PressAsync("Control+k");

        await Assertions.Expect(window.Page.GetByRole(AriaRole.Dialog, new() { Name = "Go to" })).ToBeVisibleAsync();
        await Assertions.Expect(help).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_palette_names_no_app_that_the_reader_may_not_see()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var role = await console.MakeRoleAsync("Rack readers", "Read", "app.get");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "racks@example.com", "a long enough passphrase", role);
        await reader.LiveAsync();

        await reader.Page.Keyboard.PressAsync("Control+k");
        var palette = reader.Page.GetByRole(AriaRole.Dialog, new() { Name = "Go to" });
        await Assertions.Expect(palette.GetByRole(AriaRole.Link).First).ToHaveTextAsync("Dashboard");
        await reader.Page.Keyboard.TypeAsync("hello");

        await Assertions.Expect(palette).ToContainTextAsync("Nothing that you may see has this name.");
    }

    [Fact]
    public async Task What_became_of_a_change_is_told_to_who_began_it_on_every_page()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var next = await SetAsync(window, "TOLD=1", "TOLD");
        await window.GoAsync($"/o/{console.Server.FirstRun.Organization}/dashboard");
        await Assertions.Expect(window.Page.Locator("[data-live=true]")).ToHaveCountAsync(1);

        await new ConvoxClient(ConvoxTarget.Of(console.Server)).PromoteAsync("hello", next);

        var notice = window.Page.Locator(".notices p");
        await Assertions.Expect(notice).ToContainTextAsync($"{next} runs.");
        await window.ShootAsync("notice");
        Assert.Empty(await window.AxeAsync());
        await notice.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(notice).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_page_whose_own_script_did_not_come_is_loaded_again()
    {
        await using var window = await console.OpenSignedInAsync();
        var asked = 0;
        await window.Page.RouteAsync(
            "**/blazor.web*",
            route => Interlocked.Increment(ref asked) == 1 ? route.AbortAsync() : route.ContinueAsync()
        );

        await window.GoAsync(console.Apps);
        await window.LiveAsync();

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task What_is_typed_before_a_page_is_live_is_there_when_it_is()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var live = await HoldAsync(window);
        await window.GoAsync($"{Hello}/environment");
        var field = window.Page.GetByLabel("Set variables");
        await field.PressSequentiallyAsync("EARLY=1");
        await Assertions.Expect(window.Page.Locator("[data-live=false]")).ToHaveCountAsync(1);

        live.SetResult();
        await window.LiveAsync();
        await Assertions.Expect(window.Page.Locator(".edit [role=status]")).ToContainTextAsync("adds EARLY");
        await Assertions.Expect(field).ToBeFocusedAsync();
        await window.Page.Keyboard.TypeAsync("2\nLATE=1");
        await Assertions.Expect(field).ToHaveValueAsync("EARLY=12\nLATE=1");
        await Assertions.Expect(window.Page.Locator(".edit [role=status]")).ToContainTextAsync("adds EARLY, LATE");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task What_is_chosen_before_a_page_is_live_is_what_it_searches_for()
    {
        await using var window = await console.OpenSignedInAsync();
        var live = await HoldAsync(window);
        await window.GoAsync(Jobs);
        await window.Page.GetByLabel("Kind").SelectOptionAsync("rack");
        await window.Page.GetByRole(AriaRole.Searchbox).FillAsync("typed early");

        live.SetResult();
        await window.LiveAsync();

        await Assertions.Expect(window.Page.GetByLabel("Kind")).ToHaveValueAsync("rack");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("typed early");
        Assert.Empty(window.Faults);
    }

    /// <summary>Pages come and are not live before this is set.</summary>
    private static async Task<TaskCompletionSource> HoldAsync(Window window)
    {
        var live = new TaskCompletionSource();
        await window.Page.RouteAsync(
            "**/_blazor/negotiate**",
            async route =>
            {
                await live.Task;
                await route.ContinueAsync();
            }
        );
        return live;
    }
}
