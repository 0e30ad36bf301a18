using System.Net;
using Microsoft.Playwright;
using Palisade.Driver;

namespace Palisade.Browser.Tests;

/// <summary>The operator's pages (S04), on a server of their own: what is done here is everybody's.</summary>
public sealed partial class OperatorPagesTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private const string Passphrase = "a long enough passphrase";

    [Fact]
    public async Task S04_a_session_alone_is_no_operator_and_to_others_the_pages_are_absent()
    {
        await using var member = await console.OpenAsync();
        await console.JoinAsync(member, "no-operator@example.com", Passphrase);
        foreach (var path in new[] { "", "/sign-in", "/orgs", "/users", "/backups", "/log" })
        {
            Assert.Equal((int)HttpStatusCode.NotFound, (await member.GoAsync($"/operator{path}")).Status);
        }

        await member.GoAsync(console.Apps);
        await member.OpenMenuAsync();
        await Assertions.Expect(member.Page.GetByText("Operate this installation")).ToHaveCountAsync(0);

        await using var window = await console.OpenSignedInAnewAsync();
        await window.OpenMenuAsync();
        await window.Page.GetByText("Operate this installation").ClickAsync();
        await window.ArriveAsync("**/operator/sign-in**");
        await SignInAsync(window, "not the passphrase at all");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await window.GoAsync("/operator/orgs");
        Assert.Contains("/operator/sign-in", window.Page.Url, StringComparison.Ordinal);
        await SignInAsync(window, ConsoleFixture.Password);
        await window.ArriveAsync("**/operator/orgs");
        var cookie = await CookieAsync(window);
        Assert.True(cookie is { HttpOnly: true, Secure: true, SameSite: SameSiteAttribute.Strict });

        // What one operator left in a browser is not another's who signs in there after, nor anybody else's.
        await KeepAsync(member, cookie.Value);
        Assert.Equal((int)HttpStatusCode.NotFound, (await member.GoAsync("/operator/orgs")).Status);
        await window.GoAsync("/operator");
        await window.TypeAsync("Address of their account", "no-operator@example.com");
        await window.Button("Make them an operator").ClickAsync();
        await Assertions.Expect(window.Page.Locator("[data-operator='no-operator@example.com']")).ToHaveCountAsync(1);
        await member.GoAsync("/operator/orgs");
        Assert.Contains("/operator/sign-in", member.Page.Url, StringComparison.Ordinal);

        await window.Button("Leave").ClickAsync();
        await window.ArriveAsync("**/account/tokens");
        await window.GoAsync("/operator/orgs");
        Assert.Contains("/operator/sign-in", window.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_organization_is_created_bounded_suspended_and_resumed()
    {
        await using var window = await OperatorAsync("/operator/users");
        await window.TypeAsync("Address", "first@other.example");
        await window.TypeAsync("Name", "First of Other");
        await window.TypeAsync("First password, which must be changed at the first sign-in", Passphrase);
        await window.Button("Make the account").ClickAsync();
        await window.ArriveAsync("**/operator/users/u*");
        await Assertions.Expect(window.Page.Locator("dl")).ToContainTextAsync("no organization");

        await window.GoAsync("/operator/orgs");
        await window.TypeAsync("Name", "other");
        await window.TypeAsync("Address of its first Administrator's account", "nobody@other.example");
        await window.Button("Create it").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nobody has an account");
        await window.TypeAsync("Address of its first Administrator's account", "first@other.example");
        await window.Button("Create it").ClickAsync();
        await window.ArriveAsync("**/operator/orgs/other");

        await window.TypeAsync("Apps", "many");
        await window.Button("Save").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("many is not a number");
        await window.TypeAsync("Apps", "3");
        await window.Button("Save").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await window.GoAsync("/operator/orgs/other");
        await Assertions.Expect(window.Page.GetByLabel("Apps", Exact)).ToHaveValueAsync("3");
        await Assertions.Expect(window.Page.GetByLabel("Members", Exact)).ToHaveValueAsync("");

        await window.TypeAsync("Name of a new file sink", "to-disk");
        await window.Button("Write the log to files too, from its first record on").ClickAsync();
        await Assertions.Expect(window.Page.Locator("[data-sink='to-disk']")).ToHaveCountAsync(1);
        await window.Button("Delete sink to-disk").ClickAsync();
        await Assertions.Expect(window.Page.Locator("[data-sink='to-disk']")).ToHaveCountAsync(0);

        await window.TypeAsync("Reason", "bill <b>unpaid</b>");
        await window.Button("Suspend other").ClickAsync();
        await Assertions.Expect(window.Page.Locator("header .status")).ToHaveTextAsync("Suspended");
        await Assertions.Expect(window.Page.Locator("main b")).ToHaveCountAsync(0);
        await using var first = await console.OpenAsync();
        await first.SignInAsync("first@other.example", Passphrase);
        await first.ChangePasswordAsync(Passphrase, "another long passphrase 7");
        await Assertions.Expect(first.Page.Locator("main")).ToContainTextAsync("This organization is suspended");
        await window.Button("Resume other").ClickAsync();
        await Assertions.Expect(window.Page.Locator("header .status")).ToHaveTextAsync("Works");
        await first.GoAsync("/");
        await first.ArriveAsync("**/o/other/**");

        await Poll.UntilAsync(
            async () =>
            {
                await window.GoAsync("/operator/log?q=op%3Aorg.create");
                return await window.Page.Locator("[data-record]", new() { HasText = "Administrator" }).CountAsync() > 0;
            },
            TimeSpan.FromMinutes(1),
            "the record of an organization that was created"
        );
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task An_account_is_disabled_enabled_and_erased()
    {
        await using var window = await OperatorAsync("/operator/users");
        await window.TypeAsync("Address", "leaver@example.com");
        await window.TypeAsync("Name", "Leaver");
        await window.TypeAsync("First password, which must be changed at the first sign-in", Passphrase);
        await window.Button("Make the account").ClickAsync();
        await window.ArriveAsync("**/operator/users/u*");
        var state = window.Page.Locator("header .status");
        await window.TypeAsync("Reason", "left");
        await window.Button("Disable Leaver").ClickAsync();
        await Assertions.Expect(state).ToHaveTextAsync("Disabled");
        await window.Button("Enable Leaver").ClickAsync();
        await Assertions.Expect(state).ToHaveTextAsync("Works");
        await window.TypeAsync("Type leaver@example.com to erase it", "another@example.com");
        await window.Button("Erase Leaver").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not the address");
        await window.TypeAsync("Type leaver@example.com to erase it", "leaver@example.com");
        await window.Button("Erase Leaver").ClickAsync();
        await Assertions.Expect(state).ToHaveTextAsync("Erased");
        Assert.DoesNotContain("leaver@example.com", await window.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Operators_come_and_go_and_networks_are_allowed_and_a_backup_is_written()
    {
        await using var member = await console.OpenAsync();
        await console.JoinAsync(member, "second-operator@example.com", Passphrase);
        await using var window = await OperatorAsync("/operator");
        await window.TypeAsync("Address of their account", "second-operator@example.com");
        await window.Button("Make them an operator").ClickAsync();
        var second = window.Page.Locator("[data-operator='second-operator@example.com']");
        await Assertions.Expect(second).ToHaveCountAsync(1);
        Assert.Equal((int)HttpStatusCode.OK, (await member.GoAsync("/operator/sign-in")).Status);
        await second.GetByRole(AriaRole.Link).ClickAsync();
        await window.TypeAsync("Type second-operator@example.com", "somebody else");
        await window.Button("Remove second-operator as an operator").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not what is to be typed");
        await window.TypeAsync("Type second-operator@example.com", "second-operator@example.com");
        await window.Button("Remove second-operator as an operator").ClickAsync();
        await Assertions.Expect(second).ToHaveCountAsync(0);
        Assert.Equal((int)HttpStatusCode.NotFound, (await member.GoAsync("/operator/sign-in")).Status);

        await window.TypeAsync("Networks", "10.1.0.0/16\nnowhere");
        await window.Button("Save").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nowhere is no network");
        await Assertions.Expect(window.Page.GetByLabel("Networks", Exact)).ToHaveValueAsync("10.1.0.0/16\nnowhere");
        await window.TypeAsync("Networks", "10.1.0.0/16");
        await window.Button("Save").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);

        await window.GoAsync("/operator/backups");
        await window.Button("Make one now").ClickAsync();
        var backup = window.Page.Locator("[data-backup]");
        await Assertions.Expect(backup).ToHaveCountAsync(1);
        await Poll.UntilAsync(
            async () =>
            {
                await window.GoAsync("/operator/backups");
                return await backup.Locator(".status").AllInnerTextsAsync() is ["Written"];
            },
            TimeSpan.FromMinutes(3),
            "a backup that is written"
        );
        var id = (await backup.GetAttributeAsync("data-backup"))!;
        await backup.GetByRole(AriaRole.Link).ClickAsync();
        await window.TypeAsync($"Type {id}", id);
        await window.Button($"Delete backup {id}").ClickAsync();
        await Assertions.Expect(backup).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task S09_an_operator_with_a_second_factor_gives_a_code_before_anything_is_changed()
    {
        await using var window = await console.OpenAsync();
        await console.JoinAsync(window, "careful@example.com", Passphrase);
        await MakeOperatorAsync("careful@example.com");

        var codes = await window.EnrollAsync(Passphrase);
        await window.GoAsync("/operator/orgs");
        await window.TypeAsync("Your password", Passphrase);
        if (await window.Page.GetByLabel("Code from your app, or a recovery code").CountAsync() > 0)
        {
            await window.Page.GetByLabel("Code from your app, or a recovery code").FillAsync(codes[0]);
        }

        await window.Button("Go on").ClickAsync();
        await window.ArriveAsync("**/operator/orgs");
        await window.TypeAsync("Name", "careful");
        await window.TypeAsync("Address of its first Administrator's account", "careful@example.com");
        await window.Button("Create it").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("code");
        await window.Page.GetByLabel("Code from your app, or a recovery code").FillAsync(codes[1]);
        await window.Button("Confirm that it is you").ClickAsync();
        await Assertions.Expect(window.Button("Confirm that it is you")).ToHaveCountAsync(0);
        await window.TypeAsync("Name", "careful");
        await window.TypeAsync("Address of its first Administrator's account", "careful@example.com");
        await window.Button("Create it").ClickAsync();
        await window.ArriveAsync("**/operator/orgs/careful");
    }

    [Fact]
    public async Task Operators_pages_look_right_and_axe_finds_nothing()
    {
        await using var window = await OperatorAsync("/operator");
        await console.LooksAsync(
            window,
            ("operator", "/operator"),
            ("operator-orgs", "/operator/orgs"),
            ("operator-org", "/operator/orgs/main"),
            ("operator-accounts", "/operator/users"),
            ("operator-backups", "/operator/backups"),
            ("operator-log", "/operator/log")
        );
    }

    private static PageGetByLabelOptions Exact { get; } = new() { Exact = true };

    private static async Task SignInAsync(Window window, string password)
    {
        await window.TypeAsync("Your password", password);
        await window.Button("Go on").ClickAsync();
    }

    private async Task<Window> OperatorAsync(string path)
    {
        var window = await console.OpenSignedInAnewAsync();
        await window.GoAsync(path);
        await SignInAsync(window, ConsoleFixture.Password);
        await window.ArriveAsync($"**{path}");
        return window;
    }
}
