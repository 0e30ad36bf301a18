using System.Net;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

/// <summary>The pages of groups.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class GroupPagesTests(ConsoleFixture console)
{
    private const string Markup = "<img src=x onerror=alert(1)>";
    private const string Passphrase = "a long enough passphrase";
    private const string Groups = "/o/main/users/groups";

    [Fact]
    public async Task A_team_gets_its_roles_once_and_who_joins_it_or_leaves_it_has_them_or_not()
    {
        await using var gwen = await console.OpenAsync();
        await console.JoinAsync(gwen, "gwen@example.com", Passphrase, "Auditor");
        await using var window = await console.OpenSignedInAsync();
        await using var user = await console.OpenSignedInAsync();
        await user.GoAsync("/o/main/users?q=gwen");
        await user.Page.Locator("[data-member='gwen@example.com']").GetByRole(AriaRole.Link).ClickAsync();
        await user.ArriveAsync("**/o/main/users/*");
        await user.LiveAsync();
        var may = user.Page.Locator("[data-may]");
        await Assertions.Expect(may).Not.ToContainTextAsync("release.promote");

        await window.GoAsync(Groups);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "New group" }).ClickAsync();
        await window.ArriveAsync($"**{Groups}/new");
        await window.LiveAsync();
        var preview = window.Page.Locator(".preview");
        await Assertions.Expect(preview).ToContainTextAsync("Choose a role.");
        await window.TypeAsync("Name", "Shippers");
        await window.Page.GetByLabel("Role 1", new() { Exact = true }).SelectOptionAsync("DeveloperV2");
        await window.TypeAsync("Names of racks", "local");
        await Assertions.Expect(preview).ToContainTextAsync("release.promote");
        await window.Button("Make the group").ClickAsync();
        await window.ArriveAsync($"**{Groups}/group-*");
        await window.LiveAsync();
        var members = window.Page.Locator("[data-members]");
        await Assertions.Expect(members).ToContainTextAsync("Nobody is in it.");

        await window.TypeAsync("Find somebody to put in, or in it", "nobody at all");
        await Assertions.Expect(members).ToContainTextAsync("No member outside the group is called like that.");
        await window.TypeAsync("Find somebody to put in, or in it", "GWEN@");
        await window.Button("Put gwen in").ClickAsync();
        await Assertions.Expect(window.Page.Locator("[data-member='gwen@example.com']")).ToHaveCountAsync(1);
        await Assertions.Expect(window.Button("Put gwen in")).ToHaveCountAsync(0);
        await Assertions.Expect(may).ToContainTextAsync("release.promote");
        await Assertions.Expect(user.Page.Locator("main")).ToContainTextAsync("what group Shippers has");
        var listers = await console.MakeRoleAsync("Listers", [new { type = "Users", action = "member.list" }]);
        await using var lister = await console.OpenAsync();
        await console.JoinAsync(lister, "group-lister@example.com", Passphrase, listers);
        await lister.GoAsync("/o/main/users?q=gwen");
        await Assertions
            .Expect(lister.Page.Locator("[data-member='gwen@example.com']"))
            .ToContainTextAsync("what groups have that you may not see");
        Assert.DoesNotContain("Shippers", await lister.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(await window.AxeAsync());

        await window.Page.GetByLabel("Role 1", new() { Exact = true }).SelectOptionAsync("Auditor");
        await Assertions.Expect(preview).Not.ToContainTextAsync("release.promote");
        await window.Button("Give Shippers these roles").ClickAsync();
        await Assertions.Expect(may).Not.ToContainTextAsync("release.promote");
        await window.Button("Take gwen out").ClickAsync();
        await Assertions.Expect(members).ToContainTextAsync("Nobody is in it.");
        await window.Page.GetByLabel("New name").FillAsync("Auditors too");
        await window.Button("Rename it").ClickAsync();
        await Assertions.Expect(window.Page.Locator("h1")).ToContainTextAsync("Auditors too");

        await window.Page.GetByLabel("Type Auditors too to delete it").FillAsync("Auditors too");
        await window.Button("Delete Auditors too").ClickAsync();
        await window.ArriveAsync($"**{Groups}");
        await Assertions.Expect(window.Page.Locator("[data-group='Auditors too']")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
        Assert.Empty(user.Faults);
    }

    [Fact]
    public async Task Roles_of_a_group_that_moved_are_not_overwritten_unseen()
    {
        await using var one = await console.OpenSignedInAsync();
        var path = await MakeAsync(one, "Contested");
        await using var two = await console.OpenSignedInAsync();
        foreach (var window in new[] { one, two })
        {
            await window.GoAsync(path);
            await window.LiveAsync();
        }

        await one.Page.GetByLabel("Role 1", new() { Exact = true }).SelectOptionAsync("Auditor");
        await two.Page.GetByLabel("Role 1", new() { Exact = true }).SelectOptionAsync("OperatorV2");

        await one.Button("Give Contested these roles").ClickAsync();
        await Assertions.Expect(one.Page.Locator("main dl")).ToContainTextAsync("Auditor on local");
        await Assertions
            .Expect(two.Page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("Its roles were changed by somebody else since you began.");
        await Assertions.Expect(two.Button("Give Contested these roles")).ToBeDisabledAsync();
        await two.Button("Show what they are now").ClickAsync();
        await Assertions.Expect(two.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Assertions.Expect(two.Page.GetByLabel("Role 1", new() { Exact = true })).ToHaveValueAsync("Auditor");
        await one.Page.GetByLabel("Type Contested to delete it").FillAsync("Contested");
        await one.Button("Delete Contested").ClickAsync();
        await Assertions.Expect(two.Page.Locator("main")).ToContainTextAsync("There is no such group.");
        Assert.Empty(two.Faults);
    }

    [Fact]
    public async Task What_a_reader_may_not_see_or_do_about_groups_is_explained()
    {
        var readers = await console.MakeRoleAsync("No groups", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "groupless@example.com", Passphrase, readers);
        foreach (
            var (path, lacks) in new[]
            {
                (Groups, "group.list"),
                ($"{Groups}/x", "group.list"),
                ($"{Groups}/new", "group.create"),
            }
        )
        {
            await reader.GoAsync(path);
            await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync($"({lacks})");
            await Assertions.Expect(reader.Page.Locator("[data-group], form.key-form")).ToHaveCountAsync(0);
        }

        Assert.Equal((int)HttpStatusCode.NotFound, (await reader.GoAsync("/o/others/users/groups")).Status);
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Groups}/{Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("There is no such group.");
        await window.GoAsync($"{Groups}/new");
        await window.LiveAsync();
        await window.TypeAsync("Name", Markup);
        await window.Button("Take role 1 away").ClickAsync();
        await window.Button("Make the group").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("name");
        await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Pages_of_groups_look_right_and_axe_finds_nothing()
    {
        await using var window = await console.OpenSignedInAsync();
        var path = await MakeAsync(window, "Looked at");

        await console.LooksAsync(("groups", Groups), ("groups-new", $"{Groups}/new"), ("groups-one", path));

        await window.GoAsync(path);
        await window.LiveAsync();
        await window.Page.GetByLabel("Type Looked at to delete it").FillAsync("Looked at");
        await window.Button("Delete Looked at").ClickAsync();
        await window.ArriveAsync($"**{Groups}");
    }

    /// <summary>Makes a group that has a role on the rack. Gives its page.</summary>
    private static async Task<string> MakeAsync(Window window, string name)
    {
        await window.GoAsync($"{Groups}/new");
        await window.LiveAsync();
        await window.TypeAsync("Name", name);
        await window.Page.GetByLabel("Role 1", new() { Exact = true }).SelectOptionAsync("DeveloperV2");
        await window.TypeAsync("Names of racks", "local");
        await window.Button("Make the group").ClickAsync();
        await window.ArriveAsync($"**{Groups}/group-*");
        return new Uri(window.Page.Url).AbsolutePath;
    }
}
