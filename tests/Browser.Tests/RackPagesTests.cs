using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

/// <summary>The pages of racks, on a server of its own.</summary>
public sealed class RackPagesTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private const string Markup = "<img src=x onerror=alert(1)>";

    private string Racks => $"/o/{console.Server.FirstRun.Organization}/racks";

    private string Local => $"{Racks}/{console.Server.FirstRun.Rack}";

    private string Name => $"{console.Server.FirstRun.Organization}/{console.Server.FirstRun.Rack}";

    [Fact]
    public async Task The_list_says_what_each_rack_is_whether_it_is_ready_and_who_registered_it()
    {
        await using var window = await console.OpenSignedInAsync();

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Racks", Exact = true }).ClickAsync();

        var row = window.Page.Locator("[data-rack=local]");
        await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Ready");
        await Assertions.Expect(row).ToContainTextAsync("local, 3.19.0");
        await Assertions.Expect(row).ToContainTextAsync("by Administrator");
        await CallAsync(Markup);
        try
        {
            await window.GoAsync(Racks);
            await Assertions.Expect(row).ToContainTextAsync($"by {Markup}");
            await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        }
        finally
        {
            await CallAsync("Administrator");
        }

        await window.GoAsync($"{Racks}?q={Uri.EscapeDataString(Markup)}&environment=%22%3E%3Cscript%3E");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("No rack is like that.");
        await Assertions.Expect(window.Page.Locator("#q")).ToHaveValueAsync(Markup);
        await Assertions.Expect(window.Page.Locator("main img, main script")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_container_service_that_can_not_be_started_is_said_while_it_is_so()
    {
        await using var list = await console.OpenSignedInAsync();
        await using var log = await console.OpenSignedInAsync();
        await list.GoAsync(Racks);
        await log.GoAsync($"{Local}/logs");
        var row = list.Page.Locator("[data-rack=local]");
        await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Ready");
        await Assertions.Expect(log.Page.Locator("[data-live=true]")).ToHaveCountAsync(1);

        using (BrokenEngine.Of(console.Server))
        {
            await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Not ready");
            await Assertions.Expect(row.Locator(".failure")).ToContainTextAsync(BrokenEngine.Why);
            await Assertions.Expect(log.Page.Locator(".app > .problem")).ToContainTextAsync(BrokenEngine.Why);
        }

        await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Ready");
        await Assertions.Expect(row.Locator(".failure")).ToHaveCountAsync(0);
        await Assertions
            .Expect(log.Page.Locator(".log"))
            .ToContainTextAsync(new Regex("not ready: .*ready", RegexOptions.Singleline));
        Assert.Empty(list.Faults);
    }

    [Fact]
    public async Task A_parameter_is_changed_by_a_plan_which_is_refused_and_shown_anew_when_it_is_stale()
    {
        await using var one = await console.OpenSignedInAsync();
        await using var two = await console.OpenSignedInAsync();
        await one.GoAsync($"{Local}/parameters");
        var show = one.Page.GetByRole(AriaRole.Button, new() { Name = "Show what this changes" });
        await Assertions.Expect(one.Page.Locator("button[data-waiting]")).ToHaveCountAsync(0);
        await one.Page.GetByLabel("BuildMemory").FillAsync(Markup);
        await Assertions
            .Expect(one.Page.Locator("#BuildMemory-no"))
            .ToContainTextAsync($"memory of one build in MiB, 128 to 1048576, not {Markup[..10]}");
        await Assertions.Expect(show).ToBeDisabledAsync();
        await one.ShootAsync("rack-parameters-invalid");
        Assert.Empty(await one.AxeAsync());
        await one.Page.GetByLabel("BuildMemory").FillAsync("4096");
        await one.Page.GetByLabel("LogRetention").FillAsync("3");
        await show.ClickAsync();
        await Assertions.Expect(Plan(one, "BuildMemory")).ToContainTextAsync("2048 → 4096");
        await Assertions.Expect(Plan(one, "LogRetention")).ToContainTextAsync("older lines are deleted");
        await console.LooksAsync("rack-plan", new Uri(one.Page.Url).PathAndQuery);

        await two.GoAsync($"{Local}/parameters?BuildMemory=3072");
        await ButtonAsync(two, $"Set BuildMemory to 3072 on {Name}");
        await Assertions.Expect(two.Page.Locator(".done")).ToContainTextAsync("BuildMemory is 3072");
        await ButtonAsync(one, $"Set 2 parameters of {Name}");

        await Assertions
            .Expect(one.Page.Locator(".problem[role=alert]"))
            .ToContainTextAsync("BuildMemory is 3072 now, no longer the 2048 that this plan began from");
        await Assertions.Expect(Plan(one, "BuildMemory")).ToContainTextAsync("3072 → 4096");
        await ButtonAsync(one, $"Set 2 parameters of {Name}");
        await Assertions
            .Expect(one.Page.Locator(".done"))
            .ToHaveTextAsync($"Done: BuildMemory is 4096, LogRetention is 3 on {Name}.");
        await Assertions.Expect(two.Page.GetByLabel("BuildMemory")).ToHaveValueAsync("4096");
        await two.GoAsync($"{Local}/logs");
        await Assertions
            .Expect(two.Page.Locator(".log"))
            .ToContainTextAsync("as asked: version 3.19.0, BuildMemory 4096, LogRetention 3");
        Assert.Empty(one.Faults);
        Assert.Empty(two.Faults);
    }

    [Fact]
    public async Task What_runs_on_a_rack_is_shown_live_beside_what_should()
    {
        await using var window = await console.OpenSignedInAsync();
        await using var watcher = await console.OpenSignedInAsync();
        await watcher.GoAsync($"{Local}/processes");
        await ButtonAsync(window, $"Deploy the sample to {Name}");
        var process = watcher.Page.Locator("[data-process^=web-]").First;
        await Assertions.Expect(process.Locator(".status")).ToHaveTextAsync("Running", new() { Timeout = 120_000 });
        await Assertions.Expect(process).ToContainTextAsync("hello web");
        await Assertions.Expect(window.Page.Locator("[data-app=hello] .status")).ToHaveTextAsync("Running");

        await window.Page.GetByRole(AriaRole.Link, new() { Name = Name }).ClickAsync();
        await Assertions.Expect(window.Page.Locator(".sentence")).ToContainTextAsync("1 app, 1 process.");
        await Assertions.Expect(window.Page.Locator("[data-app=hello] .status")).ToHaveTextAsync("Running");
        await Assertions.Expect(window.Page.Locator("[data-instance]")).ToHaveCountAsync(1);
        await watcher.GoAsync($"{Local}/drift");
        await Assertions.Expect(watcher.Page.Locator("main h2")).ToHaveTextAsync("Nothing differs");
        await Assertions.Expect(watcher.Page.Locator("[data-drift='hello/web']")).ToContainTextAsync("1 healthy");
        await console.LooksAsync(
            ("rack", Local),
            ("rack-drift", $"{Local}/drift"),
            ("rack-processes", $"{Local}/processes"),
            ("rack-settings", $"{Local}/settings"),
            ("racks", Racks)
        );

        var hello = window.Page.Locator("[data-app=hello] .status");
        using (BrokenEngine.Of(console.Server))
        {
            await window.GoAsync(console.Apps);
            await Assertions.Expect(hello).ToHaveTextAsync("Not known: its rack does not answer");
            await window.GoAsync($"{console.Apps}/local/hello");
            await Assertions.Expect(window.Page.Locator(".sentence")).ToContainTextAsync("its rack does not answer");
            await watcher.GoAsync($"{Local}/drift");
            await Assertions.Expect(watcher.Page.Locator("main h2")).ToContainTextAsync("not known");
            await window.GoAsync($"/o/{console.Server.FirstRun.Organization}/dashboard");
            await Assertions
                .Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "Needs attention" }))
                .ToContainTextAsync("local/hello");
        }

        await Assertions.Expect(hello).ToHaveCountAsync(0, new() { Timeout = 120_000 });
        Assert.Empty(window.Faults);
        Assert.Empty(watcher.Faults);
    }

    [Fact]
    public async Task The_environment_label_is_changed_and_frames_every_page_of_the_rack()
    {
        await using var window = await console.OpenSignedInAsync();
        await using var apps = await console.OpenSignedInAsync();
        await window.GoAsync($"{Local}/settings");

        await LabelAsync(window, "production");

        await Assertions.Expect(window.Page.Locator(".rack[data-environment=production]")).ToHaveCountAsync(1);
        await Assertions.Expect(apps.Page.Locator(".rack[data-environment=production]")).ToHaveCountAsync(1);
        await window.ShootAsync("rack-settings-production");
        Assert.Empty(await window.AxeAsync());
        await LabelAsync(window, "development");
        await Assertions.Expect(apps.Page.Locator(".rack[data-environment=development]")).ToHaveCountAsync(1);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task What_a_reader_may_not_do_is_explained_and_a_rack_that_is_not_theirs_is_not_there()
    {
        var readers = await console.MakeRoleAsync("Rack readers", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "rack-reader@example.com", "a long enough passphrase", readers);

        await reader.GoAsync($"{Local}/parameters?BuildTimeout=60");
        await Assertions
            .Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = $"Set BuildTimeout to 60 on {Name}" }))
            .ToBeDisabledAsync();
        await Assertions
            .Expect(reader.Page.Locator(".plan .hint"))
            .ToContainTextAsync("(rack.params.set) on rack local. Ask an Administrator of main.");
        Assert.Empty(await reader.AxeAsync());
        await reader.GoAsync($"{Local}/settings");
        await Assertions.Expect(reader.Page.Locator("#no-label")).ToContainTextAsync("(rack.environment.set)");

        await using var stranger = await console.OpenAsync();
        await console.JoinAsync(
            stranger,
            "rackless@example.com",
            "a long enough passphrase",
            await console.MakeRoleAsync("Rackless", [new { type = "Application", action = "Read" }])
        );
        Assert.Equal((int)HttpStatusCode.NotFound, (await stranger.GoAsync(Local)).Status);
        Assert.Equal((int)HttpStatusCode.NotFound, (await stranger.GoAsync($"{Local}/logs")).Status);
        await stranger.GoAsync(Racks);
        await Assertions.Expect(stranger.Page.Locator("main")).ToContainTextAsync("No rack that you may see");
        Assert.Empty(await stranger.AxeAsync());
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_not_the_readers_look_the_same()
    {
        await using var window = await console.OpenSignedInAsync();
        string[] absent =
        [
            $"{Racks}/nothing",
            $"{Racks}/nothing/parameters",
            $"{Racks}/NOT%20A%20NAME/logs",
            "/o/others/racks",
            "/o/others/racks/local/settings",
        ];
        foreach (var path in absent)
        {
            Assert.Equal((int)HttpStatusCode.NotFound, (await window.GoAsync(path)).Status);
            await Assertions
                .Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing here" }))
                .ToBeVisibleAsync();
        }
    }

    private static ILocator Plan(Window window, string parameter) =>
        window.Page.Locator($".plan [data-change={parameter}]");

    private static Task ButtonAsync(Window window, string name) =>
        window.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    private async Task LabelAsync(Window window, string environment)
    {
        await Assertions.Expect(window.Page.Locator("[data-live=true]")).ToHaveCountAsync(1);
        await window.Page.GetByRole(AriaRole.Radio, new() { Name = environment }).CheckAsync();
        await ButtonAsync(window, $"Label {Name} {environment}");
    }

    /// <summary>Gives the administrator another name.</summary>
    private async Task CallAsync(string name)
    {
        using var http = console.Http();
        using var changed = await http.PatchAsJsonAsync("/api/v1/account", new { name });
        Assert.True(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync());
    }
}
