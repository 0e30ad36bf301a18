using Microsoft.Playwright;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

/// <summary>Its lock and its end. Apps of their own: others are needed by other tests.</summary>
public sealed partial class AppPagesTests
{
    [Fact]
    public async Task A_locked_app_is_not_deleted_and_an_unlocked_one_only_by_its_typed_name()
    {
        await using var window = await console.OpenSignedInAnewAsync();
        await MakeAppAsync("doomed");
        await window.GoAsync(SettingsOf("doomed"));
        await ButtonAsync(window, $"Lock {Rack}/doomed");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("It is locked. Unlock it first.");
        await console.LooksAsync("settings", SettingsOf("doomed"));
        await ButtonAsync(window, $"Unlock {Rack}/doomed");

        var delete = window.Page.GetByRole(AriaRole.Button, new() { Name = $"Delete {Rack}/doomed" });
        await Assertions.Expect(delete).ToBeDisabledAsync();
        await window.Page.Locator("#typed").FillAsync("dooms");
        await Assertions.Expect(delete).ToBeDisabledAsync();
        await window.Page.Locator("#typed").FillAsync("doomed");
        await delete.ClickAsync();

        await window.ArriveAsync($"**{console.Apps}");
        await Assertions.Expect(window.Page.Locator("[data-app=doomed]")).ToHaveCountAsync(0, Rollout);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Who_has_a_second_factor_deletes_an_app_only_with_a_code()
    {
        await MakeAppAsync("guarded");
        await using var window = await console.OpenSignedInAnewAsync();
        using var http = console.Http();
        var codes = await console.EnrollAdministratorAsync(http);
        try
        {
            await window.GoAsync(SettingsOf("guarded"));
            await window.LiveAsync();
            await window.Page.Locator("#typed").FillAsync("guarded");
            await window.Page.Locator("#code").FillAsync("000000");
            await ButtonAsync(window, $"Delete {Rack}/guarded");
            await Assertions.Expect(window.Page.Locator(".problem")).ToContainTextAsync("wrong or was used");
            Assert.Empty(await window.AxeAsync());
            await window.ShootAsync("settings-code");

            await window.Page.Locator("#code").FillAsync(codes[0]);
            await ButtonAsync(window, $"Delete {Rack}/guarded");
            await window.ArriveAsync($"**{console.Apps}");
            await Assertions.Expect(window.Page.Locator("[data-app=guarded]")).ToHaveCountAsync(0, Rollout);
            Assert.Empty(window.Faults);
        }
        finally
        {
            using var removed = await http.DeleteAsync("/api/v1/account/second-factor");
            Assert.True(removed.IsSuccessStatusCode);
        }
    }

    private string SettingsOf(string app) => $"{console.Apps}/{console.Server.FirstRun.Rack}/{app}/settings";

    private Task MakeAppAsync(string name) => new ConvoxClient(ConvoxTarget.Of(console.Server)).AppsCreateAsync(name);
}
