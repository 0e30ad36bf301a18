using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

public sealed partial class AppPagesTests
{
    private string Jobs => $"/o/{console.Server.FirstRun.Organization}/jobs";

    [Fact]
    public async Task Jobs_are_listed_live_and_each_opens_on_what_it_was_about_and_its_log()
    {
        await using var window = await console.OpenSignedInAsync();
        var first = await DeployAsync(window);
        var next = await SetAsync(window, "JOBS=1", "JOBS");
        await using var watcher = await console.OpenSignedInAsync();
        await watcher.Page.GetByRole(AriaRole.Link, new() { Name = "Jobs", Exact = true }).ClickAsync();
        await Assertions.Expect(JobOf(watcher, first)).ToContainTextAsync("took");
        await watcher.LiveAsync();

        await window.GoAsync($"{Hello}/releases?promote={next}");
        await ApplyAsync(window, $"Promote {next} on {Rack}/hello");

        var promotion = JobOf(watcher, $"Promotion of {next}");
        await Assertions.Expect(promotion.Locator(".status")).ToHaveTextAsync("Done");
        await Assertions.Expect(promotion).ToContainTextAsync("local/hello");
        await Assertions.Expect(promotion).ToContainTextAsync("Administrator");
        await watcher.GoAsync($"{Jobs}?kind=build&status=done&rack=local&app=HELL");
        await Assertions.Expect(watcher.Page.GetByText("Promotion of")).ToHaveCountAsync(0);
        await JobOf(watcher, "Build B").GetByRole(AriaRole.Link, new() { Name = "Build B" }).ClickAsync();
        await Assertions.Expect(watcher.Page.Locator(".log")).ToContainTextAsync($"Build complete: release");
        await console.LooksAsync(("jobs", Jobs), ("job", new Uri(watcher.Page.Url).PathAndQuery));

        await watcher.GoAsync($"{Jobs}?kind=promote");
        await watcher.Page.GetByRole(AriaRole.Link, new() { Name = $"Promotion of {next}" }).ClickAsync();
        await watcher.ArriveAsync("**/jobs/converge-*");
        await Assertions.Expect(Steps(watcher).Locator("dd").Last).ToHaveTextAsync("every service is healthy");
        await Assertions
            .Expect(Steps(watcher).Locator("dt").First)
            .ToContainTextAsync(new Regex(@"^\d\d:\d\d:\d\d \+\d"));
        await Assertions.Expect(watcher.Page.Locator(".log")).ToContainTextAsync("every service is healthy");
        await console.LooksAsync("job-steps", new Uri(watcher.Page.Url).PathAndQuery);
        await watcher.Page.GetByRole(AriaRole.Link, new() { Name = $"Release {next}" }).ClickAsync();
        await Assertions.Expect(watcher.Page.Locator($"[data-release={next}]")).ToBeVisibleAsync();
        await watcher.GoAsync($"{Jobs}?app={Uri.EscapeDataString(Markup)}&rack={Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(watcher.Page.Locator("main")).ToContainTextAsync("No job is like that");
        await Assertions.Expect(watcher.Page.Locator("main img")).ToHaveCountAsync(0);
        Assert.Empty(watcher.Faults);
    }

    [Fact]
    public async Task A_job_that_was_given_up_is_run_again_by_who_may()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await window.GoAsync($"{Jobs}?kind=promote");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Promotion of" }).First.ClickAsync();
        await window.ArriveAsync("**/jobs/converge-*");
        var path = new Uri(window.Page.Url).AbsolutePath;
        await DeadJob.MakeAsync(console.Server, path[(Jobs.Length + 1)..]);
        await using var reader = await console.OpenAsync();
        var role = await console.MakeRoleAsync("Looks at jobs", [.. ReadersOf("Application"), .. ReadersOf("Jobs")]);
        await console.JoinAsync(reader, "retries@example.com", "a long enough passphrase", role);
        await reader.GoAsync(path);
        await Assertions.Expect(reader.Page.Locator("button[data-waiting]")).ToHaveCountAsync(0);
        await Assertions.Expect(reader.Page.Locator(".status").First).ToContainTextAsync("Given up after");
        await Assertions.Expect(reader.Page.Locator("#no-deed")).ToContainTextAsync("(job.retry)");
        await console.LooksAsync("job-given-up", path);

        var deed = reader.Page.Locator("section[aria-labelledby=deed] button");
        await Assertions.Expect(deed).ToBeDisabledAsync();
        await deed.EvaluateAsync("button => { button.disabled = false; button.click(); }");
        await Assertions.Expect(reader.Page.Locator(".problem")).ToContainTextAsync("(job.retry)");
        await window.GoAsync(path);
        await window.LiveAsync();
        await window.Page.Locator("section[aria-labelledby=deed] button").ClickAsync();

        await Assertions.Expect(window.Page.Locator(".status").First).ToHaveTextAsync("Done");
        await Assertions.Expect(window.Page.Locator("#deed")).ToHaveCountAsync(0);
        await window.GoAsync(Hello);
        await Assertions.Expect(Sentence(window)).ToContainTextAsync("runs");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_build_is_cancelled_on_its_page_by_who_may_and_is_said_to_be()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        using var source = new BrokenSource("RUN [\"/bin/busybox\", \"sleep\", \"600\"]");
        var building = Assert.ThrowsAsync<ConvoxException>(() =>
            new ConvoxClient(ConvoxTarget.Of(console.Server)).BuildAsync("hello", source.Folder)
        );
        await window.GoAsync($"{Jobs}?status=running");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Build B" }).ClickAsync();
        var path = new Uri(window.Page.Url).PathAndQuery;
        var build = path[(path.LastIndexOf('-') + 1)..];
        await using var reader = await console.OpenAsync();
        var role = await console.MakeRoleAsync("Job readers", [.. ReadersOf("Application"), .. ReadersOf("Jobs")]);
        await console.JoinAsync(reader, "jobs@example.com", "a long enough passphrase", role);
        await reader.GoAsync(path);
        var deed = $"Cancel build {build} of {Rack}/hello";
        var forbidden = reader.Page.GetByRole(AriaRole.Button, new() { Name = deed });
        await Assertions.Expect(reader.Page.Locator("button[data-waiting]")).ToHaveCountAsync(0);
        await Assertions.Expect(forbidden).ToBeDisabledAsync();
        await Assertions.Expect(reader.Page.Locator("#no-deed")).ToContainTextAsync("(build.cancel)");
        await console.LooksAsync("job-cancel", path);

        // Enabled by hand, it does nothing that its reader may not.
        await forbidden.EvaluateAsync("button => { button.disabled = false; button.click(); }");
        await Assertions.Expect(reader.Page.Locator(".problem")).ToContainTextAsync("(build.cancel)");
        await ButtonAsync(window, deed);

        var status = window.Page.Locator(".status").First;
        await Assertions.Expect(status).ToHaveTextAsync(new Regex("Cancelled|cancelled"));
        await Assertions.Expect(window.Page.Locator("#deed")).ToHaveCountAsync(0);
        await building;
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Who_may_not_see_jobs_is_told_so_and_of_others_apps_there_is_none()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await window.GoAsync($"{Jobs}?app=hello");
        var path = await window.Page.Locator("[data-job] a").First.GetAttributeAsync("href");
        await using var none = await console.OpenAsync();
        await console.JoinAsync(none, "nojobs@example.com", "a long enough passphrase", await RoleAsync("No jobs"));
        await none.GoAsync(Jobs);
        await Assertions.Expect(none.Page.Locator("main")).ToContainTextAsync("(job.list)");
        Assert.Empty(await none.AxeAsync());
        Assert.Equal((int)HttpStatusCode.NotFound, (await none.GoAsync(path!)).Status);

        var on = new { names = new[] { "another" } };
        var others = await RoleAsync(
            "Others jobs",
            new
            {
                type = "Jobs",
                action = "Read",
                on,
            }
        );
        await using var other = await console.OpenAsync();
        await console.JoinAsync(other, "otherjobs@example.com", "a long enough passphrase", others);
        await other.GoAsync(Jobs);
        await Assertions.Expect(other.Page.Locator("main h2")).ToHaveTextAsync("Nothing was carried out yet");
        Assert.Empty(await other.AxeAsync());
        Assert.Equal((int)HttpStatusCode.NotFound, (await other.GoAsync(path!)).Status);

        Task<string> RoleAsync(string name, params object[] more) =>
            console.MakeRoleAsync(name, [.. ReadersOf("Application"), .. more]);
    }

    [Fact]
    public async Task What_a_build_writes_is_text_in_its_log_and_in_its_failure()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        using var source = new BrokenSource($"RUN [\"/bin/busybox\", \"sh\", \"-c\", \"echo '{Markup}'; exit 3\"]");
        await Assert.ThrowsAsync<ConvoxException>(() =>
            new ConvoxClient(ConvoxTarget.Of(console.Server)).BuildAsync("hello", source.Folder)
        );

        await window.GoAsync($"{Jobs}?kind=build&status=failed");
        await Assertions.Expect(window.Page.Locator("[data-job] .status").First).ToContainTextAsync("Failed: ");
        await window.Page.Locator("[data-job] a").First.ClickAsync();

        await Assertions.Expect(window.Page.Locator(".log")).ToContainTextAsync(Markup);
        await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Jobs_are_found_and_opened_by_the_keyboard_alone()
    {
        await using var window = await console.OpenSignedInAsync();
        await DeployAsync(window);
        await GoToAsync(window, "jobs", $"**{Jobs}");

        await TabToAsync(window, window.Page.GetByLabel("Kind"));
        await window.Page.Keyboard.TypeAsync("Promotion");
        await window.Page.Keyboard.PressAsync("Tab");
        await TabToAsync(window, window.Page.GetByRole(AriaRole.Button, new() { Name = "Find" }));
        await window.Page.Keyboard.PressAsync("Enter");
        await window.ArriveAsync("**kind=promote**");
        await window.LiveAsync();
        var link = window.Page.Locator("[data-job] a").First;
        await TabToAsync(window, link);
        await window.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(window.Page.Locator("h1")).ToContainTextAsync("Promotion of R");
        Assert.Empty(window.Faults);
    }

    private static object[] ReadersOf(string type) => [new { type, action = "Read" }];

    private static ILocator JobOf(Window window, string name) =>
        window.Page.Locator("[data-job]").Filter(new() { HasText = name }).First;
}
