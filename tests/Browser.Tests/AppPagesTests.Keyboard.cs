using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

public sealed partial class AppPagesTests
{
    private const int MostStops = 80;

    [Fact]
    public async Task An_environment_is_changed_promoted_and_rolled_back_by_the_keyboard_alone()
    {
        await using var window = await console.OpenSignedInAsync();
        var first = await DeployAsync(window);
        await GoToAsync(window, "hello env", $"**{Hello}/environment");

        await TabToAsync(window, window.Page.GetByLabel("Set variables"));
        await window.Page.Keyboard.TypeAsync("KEYBOARD=1");
        await TabToAsync(window, window.Page.GetByRole(AriaRole.Button, new() { Name = "Save as a new release" }));
        await window.Page.Keyboard.PressAsync("Enter");
        var made = window.Page.Locator(".edit [role=status] code");
        await Assertions.Expect(made).ToHaveTextAsync(ReleaseId());
        var second = await made.InnerTextAsync();
        await TabToAsync(window, window.Page.GetByRole(AriaRole.Link, new() { Name = "Promote it" }));
        await window.Page.Keyboard.PressAsync("Enter");
        await PressPlanAsync(window, $"Promote {second} on {Rack}/hello");
        await Assertions.Expect(Sentence(window)).ToContainTextAsync($"{second} runs");

        await GoToAsync(window, "hello rel", $"**{Hello}/releases");
        await TabToAsync(window, window.Page.GetByRole(AriaRole.Link, new() { Name = $"Roll back to {first}" }));
        await window.Page.Keyboard.PressAsync("Enter");
        await PressPlanAsync(window, $"Roll {Rack}/hello back to {first}");
        await Assertions.Expect(Sentence(window)).Not.ToContainTextAsync($"{second} runs");
        Assert.Empty(window.Faults);
    }

    private static async Task GoToAsync(Window window, string letters, string url)
    {
        await window.Page.Keyboard.PressAsync("Control+k");
        var palette = window.Page.GetByRole(AriaRole.Dialog, new() { Name = "Go to" });
        await Assertions.Expect(palette).ToBeVisibleAsync();
        await window.Page.Keyboard.TypeAsync(letters);
        await Assertions.Expect(palette.GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ArriveAsync(url);
        await window.LiveAsync();
    }

    private static async Task PressPlanAsync(Window window, string name)
    {
        var button = window.Page.GetByRole(AriaRole.Button, new() { Name = name });
        await Assertions.Expect(button).ToBeEnabledAsync();
        await TabToAsync(window, button);
        await window.Page.Keyboard.PressAsync("Enter");
        await Assertions
            .Expect(window.Page)
            .ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/hello$"), Patient);
    }

    /// <summary>Presses Tab until it has the focus, which must be seen.</summary>
    private static async Task TabToAsync(Window window, ILocator target)
    {
        await Assertions.Expect(target).ToBeVisibleAsync();
        for (var stop = 0; stop < MostStops; stop++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                Assert.NotEqual(
                    "none",
                    await target.EvaluateAsync<string>("element => getComputedStyle(element).outlineStyle")
                );
                return;
            }

            await window.Page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab does not lead to {target}");
    }
}
