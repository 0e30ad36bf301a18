using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

/// <summary>One app from its first release to a rollback, on a server of its own.</summary>
public sealed partial class AppPagesTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private const string Canary = "canary-9b1f";

    private static readonly PageAssertionsToHaveURLOptions Patient = new() { Timeout = 60_000 };

    private string Rack => $"{console.Server.FirstRun.Organization}/{console.Server.FirstRun.Rack}";

    private string Hello => $"{console.Apps}/{console.Server.FirstRun.Rack}/hello";

    [Fact]
    public async Task From_the_first_release_over_a_changed_environment_to_a_rollback()
    {
        await using var window = await console.OpenSignedInAsync();
        var first = await DeployAsync(window);

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "hello", Exact = true }).ClickAsync();
        await Assertions.Expect(Sentence(window)).ToContainTextAsync($"{first} runs");
        await Assertions.Expect(Sentence(window)).ToContainTextAsync("1 of 1 process healthy");
        await Assertions.Expect(window.Page.Locator("[data-process] .status")).ToHaveTextAsync("Running");
        await console.LooksAsync("app", Hello);

        var second = await SetAsync(window, $"# what it says\nGREETING=hi\nSECRET={Canary}", "adds GREETING, SECRET");
        Assert.DoesNotContain(Canary, await window.Page.ContentAsync(), StringComparison.Ordinal);
        await console.LooksAsync("environment", $"{Hello}/environment");

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Promote it" }).ClickAsync();
        await Assertions.Expect(Plan(window)).ToContainTextAsync("GREETING added");
        await Assertions.Expect(Plan(window)).ToContainTextAsync($"{first} runs now");
        await console.LooksAsync("promote", $"{Hello}/releases?promote={second}");
        await ApplyAsync(window, $"Promote {second} on {Rack}/hello");
        await Assertions.Expect(Sentence(window)).ToContainTextAsync($"{second} runs");

        await window.GoAsync($"{Hello}/releases");
        await console.LooksAsync("releases", $"{Hello}/releases");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = $"Roll back to {first}" }).ClickAsync();
        await Assertions.Expect(Plan(window)).ToContainTextAsync("SECRET removed");
        await ApplyAsync(window, $"Roll {Rack}/hello back to {first}");
        await Assertions.Expect(Sentence(window)).Not.ToContainTextAsync($"{second} runs");

        await window.GoAsync($"{Hello}/releases");
        var newest = window.Page.Locator("[data-release]").First;
        await Assertions.Expect(newest).ToContainTextAsync($"rollback to {first}");
        await Assertions.Expect(newest.Locator(".status")).ToHaveTextAsync("Active");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task S19_A_value_is_in_the_page_only_while_it_is_revealed()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await SetAsync(window, $"HIDDEN={Canary}", "HIDDEN");
        var value = window.Page.Locator("[data-key=HIDDEN] .value");
        await window.GoAsync($"{Hello}/environment");
        Assert.DoesNotContain(Canary, await window.Page.ContentAsync(), StringComparison.Ordinal);

        await ButtonAsync(window, "Reveal values for 30 seconds");
        await Assertions.Expect(value).ToHaveTextAsync(Canary);
        await ButtonAsync(window, "Hide values");

        await Assertions.Expect(value).ToHaveCountAsync(0);
        Assert.DoesNotContain(Canary, await window.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task S20_Two_people_change_one_environment_and_nothing_is_lost_unsaid()
    {
        await using var one = await console.OpenSignedInAsync();
        await using var two = await console.OpenSignedInAsync();
        await DeployAsync(one);
        await SetAsync(one, "SHARED=first\nMINE=1", "SHARED");
        await one.GoAsync($"{Hello}/environment");
        await TypeAsync(one, "SHARED=one\nOTHER=one");

        await SetAsync(two, "YOURS=2", "YOURS");
        await SetAsync(two, "SHARED=two", "SHARED");
        await Assertions.Expect(one.Page.Locator("[data-key=YOURS]")).ToBeVisibleAsync();
        await ButtonAsync(one, $"Save as a new release of {Rack}/hello");
        await Assertions.Expect(one.Page.Locator(".edit .problem")).ToContainTextAsync("SHARED");
        await Assertions.Expect(one.Page.Locator("#set")).ToHaveValueAsync("SHARED=one\nOTHER=one");

        await ButtonAsync(one, $"Save as a new release of {Rack}/hello");
        await Assertions.Expect(one.Page.GetByRole(AriaRole.Link, new() { Name = "Promote it" })).ToBeVisibleAsync();
        await ButtonAsync(one, "Reveal values for 30 seconds");
        foreach (var (key, value) in new[] { ("SHARED", "one"), ("OTHER", "one"), ("YOURS", "2"), ("MINE", "1") })
        {
            await Assertions.Expect(one.Page.Locator($"[data-key={key}] .value")).ToHaveTextAsync(value);
        }
    }

    [Fact]
    public async Task A_release_that_breaks_is_said_with_its_cause_while_the_one_before_runs_on()
    {
        await using var window = await console.OpenSignedInAsync();
        var runs = await DeployAsync(window);
        using var source = new BrokenSource();
        var built = await new ConvoxClient(ConvoxTarget.Of(console.Server)).BuildAsync("hello", source.Folder);

        await window.GoAsync($"{Hello}/releases?promote={built.ReleaseId}");
        await Assertions.Expect(Plan(window)).ToContainTextAsync("− environment:");
        await ApplyAsync(window, $"Promote {built.ReleaseId} on {Rack}/hello");

        await Assertions
            .Expect(window.Page.Locator(".app > .problem"))
            .ToContainTextAsync(new Regex("The last change failed: .*exit"));
        await Assertions.Expect(Sentence(window)).ToContainTextAsync($"{runs} runs");
        await Assertions.Expect(Sentence(window)).ToContainTextAsync($"Not promoted: {built.ReleaseId}");
        await console.LooksAsync("app-failed", Hello);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "What it did" }).ClickAsync();
        await Assertions
            .Expect(Steps(window).Locator("dd", new() { HasText = "going back to what ran before" }))
            .ToHaveTextAsync(new Regex("^failed: .*exit"));
        await Assertions.Expect(Steps(window).Locator("dd").Last).ToHaveTextAsync("what ran before is in place");
        await window.GoAsync($"{Jobs}?kind=promote&status=failed");
        var failed = JobOf(window, $"Promotion of {built.ReleaseId}");
        await Assertions.Expect(failed.Locator(".status")).ToHaveTextAsync(new Regex("Failed: .*exit"));
        await window.GoAsync(Dashboard);
        await Assertions
            .Expect(Region(window, "Jobs"))
            .ToContainTextAsync(new Regex($"Promotion of {built.ReleaseId} on local/hello Failed: .*exit"));
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_promotion_is_watched_across_a_server_that_is_killed_and_started_again()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        var next = await SetAsync(window, "ROUND=2", "ROUND");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Promote it" }).ClickAsync();
        await ApplyAsync(window, $"Promote {next} on {Rack}/hello");

        // Maybe before the page was live at all.
        await console.Server.Kill9Async();
        await console.Server.StartAgainAsync();

        await Assertions.Expect(Sentence(window)).ToContainTextAsync($"{next} runs", new() { Timeout = 90_000 });
        await Assertions.Expect(window.Page.Locator(".rollout")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.Locator("#connection")).ToBeHiddenAsync();
        await window.GoAsync($"{Jobs}?kind=promote");
        await JobOf(window, next).GetByRole(AriaRole.Link, new() { Name = "Promotion of" }).ClickAsync();
        await Assertions.Expect(Steps(window).Locator("dd").Last).ToHaveTextAsync("every service is healthy");
    }

    [Fact]
    public async Task Its_log_comes_live_is_filtered_by_the_server_and_stands_still_while_paused()
    {
        await using var window = await console.OpenSignedInAsync();
        var release = await DeployAsync(window);
        var lines = window.Page.Locator(".log li");

        await window.GoAsync($"{Hello}/logs?since=all");
        await Assertions.Expect(window.Page.Locator(".log")).ToContainTextAsync(release);
        await console.LooksAsync("logs", $"{Hello}/logs?since=all");
        await window.Page.GetByLabel("Lines that contain").FillAsync("no line says this");
        await ButtonAsync(window, "Show");
        await Assertions.Expect(window.Page.Locator(".hint[role=status]")).ToContainTextAsync("No line yet");
        await Assertions.Expect(lines).ToHaveCountAsync(0);

        await window.GoAsync($"{Hello}/logs?since=all");
        await Assertions.Expect(window.Page.Locator(".log")).ToContainTextAsync(release);
        await ButtonAsync(window, "Pause");
        await Assertions.Expect(window.Button("Resume")).ToBeVisibleAsync();
        // Not how many: it holds no more than the newest 1,000.
        var newest = await lines.Last.InnerTextAsync();
        await using var other = await console.OpenSignedInAsync();
        await other.GoAsync($"{Hello}/releases?promote={release}");
        await ApplyAsync(other, $"Promote {release} on {Rack}/hello");

        await Assertions
            .Expect(window.Page.Locator(".hint[role=status]"))
            .ToHaveTextAsync(new Regex("Paused: [1-9][0-9]* new line"));
        Assert.Equal(newest, await lines.Last.InnerTextAsync());
        await ButtonAsync(window, "Resume");
        await Assertions.Expect(lines.Last).Not.ToHaveTextAsync(newest);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Names_that_are_markup_are_shown_as_text()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);

        await SetAsync(window, "<img src=x onerror=alert(1)>", "<img src");

        await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("<img src");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task What_a_reader_may_not_do_is_explained_and_no_button_does_it()
    {
        await using var window = await console.OpenSignedInAsync();
        var release = await DeployAsync(window);
        await SetAsync(window, "READ=only", "READ");
        var readers = await console.MakeRoleAsync("Readers", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "reader@example.com", "a long enough passphrase", readers);

        await reader.GoAsync($"{Hello}/releases?promote={release}");
        await Assertions
            .Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = $"Promote {release} on {Rack}/hello" }))
            .ToBeDisabledAsync();
        await Assertions
            .Expect(Plan(reader).Locator(".hint"))
            .ToContainTextAsync("(release.promote) on app local/hello. Ask an Administrator of main.");
        var request = Plan(reader).GetByRole(AriaRole.Button, new() { Name = "Copy request for release.promote" });
        await Assertions
            .Expect(request)
            .ToHaveAttributeAsync(
                "data-copy",
                $"Please give me Application:Write (release.promote) on app local/hello of main, for {reader.Page.Url}"
            );
        await reader.ShootAsync("promote-not-allowed");
        await reader.GoAsync($"{Hello}/environment");
        await Assertions.Expect(reader.Page.Locator("[data-key=READ]")).ToContainTextAsync("hidden");
        await Assertions.Expect(reader.Page.GetByLabel("Set variables")).ToBeDisabledAsync();
        await Assertions.Expect(reader.Page.Locator(".edit")).ToContainTextAsync("(app.env.set)");
        await reader.GoAsync($"{Processes}?scale=web&count=2");
        await Assertions
            .Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = $"Scale web of {Rack}/hello to 2" }))
            .ToBeDisabledAsync();
        await Assertions
            .Expect(Plan(reader).Locator("#no-plan"))
            .ToContainTextAsync("(service.scale) on app local/hello");
        Assert.Empty(await reader.AxeAsync());
    }

    [Fact]
    public async Task S20_Who_may_not_see_releases_changes_no_environment_that_they_do_not_see()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await SetAsync(window, "STAYS=1", "STAYS");
        var role = await console.MakeRoleAsync("Blind", "Write", "release.list");
        await using var blind = await console.OpenAsync();
        await console.JoinAsync(blind, "blind@example.com", "a long enough passphrase", role);

        await blind.GoAsync($"{Hello}/environment");

        await Assertions.Expect(blind.Page.Locator("main")).ToContainTextAsync("(release.list)");
        await Assertions.Expect(blind.Page.Locator("#set")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("/o/main/apps/local/nothing")]
    [InlineData("/o/main/apps/nowhere/hello")]
    [InlineData("/o/main/apps/local/nothing/releases")]
    [InlineData("/o/main/apps/local/nothing/processes")]
    [InlineData("/o/main/apps/local/nothing/settings")]
    [InlineData("/o/main/apps/local/nothing/timeline")]
    [InlineData("/o/others/apps/local/hello/timeline?from=2026-11-26T10:00:00&to=2026-11-26T11:00:00")]
    [InlineData("/o/main/jobs/build-BAAAAAAAAAA")]
    [InlineData("/o/main/jobs/NOT%20A%20JOB/..%2f..")]
    [InlineData("/o/others/jobs")]
    [InlineData("/o/others/jobs/build-BAAAAAAAAAA")]
    [InlineData("/o/main/apps/local/nothing/processes/web-0000000000-aaaaa/terminal")]
    [InlineData("/o/others/apps/local/hello/terminal")]
    [InlineData("/o/main/apps/local/NOT%20A%20NAME/environment")]
    [InlineData("/o/others/apps/local/hello")]
    public async Task What_is_not_there_and_what_is_not_the_readers_look_the_same(string path)
    {
        await using var window = await console.OpenSignedInAsync();

        var answer = await window.GoAsync(path);

        Assert.Equal((int)HttpStatusCode.NotFound, answer.Status);
        await Assertions
            .Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing here" }))
            .ToBeVisibleAsync();
    }

    [GeneratedRegex("R[A-Z]{10}")]
    private static partial Regex ReleaseId();

    private static ILocator Sentence(Window window) => window.Page.Locator(".app > .sentence");

    private static ILocator Plan(Window window) => window.Page.Locator(".plan");

    private static Task ButtonAsync(Window window, string name) =>
        window.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>The sample; at once when it is there. Gives the release that runs.</summary>
    private async Task<string> DeployAsync(Window window)
    {
        var row = window.Page.Locator("[data-app=hello]");
        if (await row.CountAsync() == 0)
        {
            await ButtonAsync(window, $"Deploy the sample to {Rack}");
        }

        await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Running", new() { Timeout = 120_000 });
        return ReleaseId().Match(await row.InnerTextAsync()).Value;
    }

    private static ILocator Steps(Window window) => window.Page.GetByLabel("Steps", new() { Exact = true });

    private static async Task TypeAsync(Window window, string lines)
    {
        await Assertions.Expect(window.Page.Locator("button[data-waiting]")).ToHaveCountAsync(0);
        await window.Page.GetByLabel("Set variables").FillAsync(lines);
    }

    /// <summary>Gives the release that was made.</summary>
    private async Task<string> SetAsync(Window window, string lines, string said)
    {
        await window.GoAsync($"{Hello}/environment");
        await TypeAsync(window, lines);
        await Assertions.Expect(window.Page.Locator(".edit [role=status]")).ToContainTextAsync(said);
        await ButtonAsync(window, $"Save as a new release of {Rack}/hello");
        var made = window.Page.Locator(".edit [role=status] code");
        await Assertions.Expect(made).ToHaveTextAsync(ReleaseId());
        return await made.InnerTextAsync();
    }

    private static async Task ApplyAsync(Window window, string button)
    {
        await ButtonAsync(window, button);
        await Assertions.Expect(window.Page).ToHaveURLAsync(new Regex("/hello$"), Patient);
    }
}
