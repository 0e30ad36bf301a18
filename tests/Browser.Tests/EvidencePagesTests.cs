using System.Net.Http.Json;
using Microsoft.Playwright;
using Palisade.Domain.Audit;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Palisade.Storage.Audit;

namespace Palisade.Browser.Tests;

/// <summary>The reports for auditors.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class EvidencePagesTests(ConsoleFixture console)
{
    private const string Passphrase = "a long enough passphrase";
    private const string Evidence = "/o/main/audit/evidence";

    [Fact]
    public async Task An_access_review_says_who_may_what_and_its_records_prove_it()
    {
        await console.MakeRoleAsync("Held by nobody", "Read");
        var role = await console.MakeRoleAsync("Reviewed", "Read");
        await using var member = await console.OpenAsync();
        await console.JoinAsync(member, "reviewed@example.com", Passphrase, role);
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync("/o/main/audit");
        await Link(window, "Evidence").ClickAsync();
        await window.ArriveAsync($"**{Evidence}");
        await Link(window, "Make the access review").ClickAsync();
        await window.ArriveAsync($"**{Evidence}/access");
        var row = window.Page.Locator("[data-member]", new() { HasText = "reviewed@example.com" });
        await UntilAsync(window, window.Page.Url, async () => await row.Locator("time").CountAsync() == 2);
        await Assertions.Expect(row).ToContainTextAsync("Reviewed on all racks");
        await Assertions.Expect(row.GetByText("No", new() { Exact = true })).ToHaveCountAsync(1);
        await Assertions.Expect(window.Page.Locator("[data-role='Reviewed']")).ToContainTextAsync("Racks:Read");
        await Assertions.Expect(window.Page.Locator("[data-role='Held by nobody']")).ToHaveCountAsync(0);

        var listed = await window.Page.Locator("[data-record]").CountAsync();
        var line = await window.Page.Locator(".cli code").TextContentAsync();
        Assert.True(NoteKey.TryParse(line!.Split('\'')[1], out var key));
        var download = await window.Page.RunAndWaitForDownloadAsync(() =>
            Link(window, "the records of this report with their proofs (JSONL)").ClickAsync()
        );
        using var bundle = new MemoryStream();
        await using (var sent = await download.CreateReadStreamAsync())
        {
            await sent.CopyToAsync(bundle);
        }

        bundle.Position = 0;
        var report = BundleFile.Verify(bundle, new(key, null));
        Assert.Empty(report.Faults);
        Assert.InRange(report.Records, listed, long.MaxValue);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_change_log_says_what_was_changed_and_no_secret_and_only_of_its_days()
    {
        await console.Client().AppsCreateAsync("evident");
        await console
            .Client()
            .EnvSetAsync("evident", new Dictionary<string, string> { ["EVIDENT"] = "kept-to-itself" });
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Evidence}/changes");
        await SealedAsync(window, "app.env.set", "local/evident");

        var change = window
            .Page.Locator("[data-record]", new() { HasText = "app.env.set" })
            .Filter(Of("local/evident"));
        await Assertions.Expect(change).ToContainTextAsync("env.EVIDENT added (secret)");
        Assert.DoesNotContain("kept-to-itself", await window.Page.ContentAsync(), StringComparison.Ordinal);

        await window.Page.GetByLabel("From (UTC)").FillAsync("2020-01-01");
        await window.Page.GetByLabel("To", new() { Exact = true }).FillAsync("2020-03-31");
        await window.Button("Make it of these days").ClickAsync();
        await window.ArriveAsync("**first=2020-01-01&last=2020-03-31");
        await Assertions
            .Expect(window.Page.Locator("main"))
            .ToContainTextAsync("2020-01-01 to 2020-03-31, 91 days of UTC");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("None in these days.");
        await window.GoAsync($"{Evidence}/changes?first=soon&last=%3Cb%3E");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("written as 2026-11-01");
        await window.GoAsync($"{Evidence}/%3Cb%3E");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("There is no such report");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_key_inventory_says_what_each_key_may_and_who_made_it()
    {
        using var http = console.Http();
        using var made = await http.PostAsJsonAsync(
            "/api/v1/orgs/main/keys",
            new
            {
                name = "inventoried",
                racks = new { kind = "Name", names = new[] { "local" } },
                networks = new[] { "192.0.2.0/24" },
                useLimit = 12,
            }
        );
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Evidence}/keys");
        await SealedAsync(window, "key.create", "inventoried");

        var row = window.Page.Locator("[data-deploy-key='inventoried']");
        await Assertions.Expect(row).ToContainTextAsync("what every deploy key may");
        await Assertions.Expect(row).ToContainTextAsync("rack local, all apps");
        await Assertions.Expect(row).ToContainTextAsync("from 192.0.2.0/24");
        await Assertions.Expect(row).ToContainTextAsync("0 changes of 12");
        await Assertions.Expect(row).ToContainTextAsync("by Administrator");
        await Assertions.Expect(window.Page.Locator("main")).Not.ToContainTextAsync("are left out");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_sign_in_report_counts_who_came_in_and_lists_what_failed()
    {
        const string email = "often@example.com";
        await using (var member = await console.OpenAsync())
        {
            await console.JoinAsync(member, email, Passphrase, "DeveloperV2");
        }

        await using var someone = await console.OpenAsync();
        await someone.SignInAsync(email, "not the passphrase at all");
        await Assertions.Expect(someone.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await someone.SignInAsync(email, Passphrase);
        await someone.ArriveAsync("**/o/main/**");
        await using var window = await console.OpenSignedInAsync();
        var row = window.Page.Locator("[data-person]", new() { HasText = "often" });
        await UntilAsync(
            window,
            $"{Evidence}/sign-ins",
            async () => await row.Locator("td[data-label='Failed']").AllInnerTextsAsync() is ["1"]
        );

        Assert.NotEqual("0", await row.Locator("td[data-label='Signed in']").InnerTextAsync());
        await Assertions.Expect(row).ToContainTextAsync("127.0.0.1");
        await Assertions
            .Expect(window.Page.Locator("[data-record]", new() { HasText = "often" }))
            .ToContainTextAsync("Refused");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task What_may_not_be_seen_is_said_to_be_missing()
    {
        var none = await console.MakeRoleAsync("No evidence", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "evidenceless@example.com", Passphrase, none);
        await reader.GoAsync(Evidence);
        await Assertions.Expect(reader.Page.GetByText("(audit.read)")).ToHaveCountAsync(4);
        foreach (var report in new[] { "access", "changes", "keys", "sign-ins" })
        {
            await reader.GoAsync($"{Evidence}/{report}");
            await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("(audit.read)");
            await Assertions.Expect(reader.Page.Locator("main table, main dl")).ToHaveCountAsync(0);
        }

        Assert.Empty(reader.Faults);
    }

    [Fact]
    public async Task On_paper_is_nothing_to_press()
    {
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Evidence}/access");
        await Assertions.Expect(window.Button("Print it")).ToBeVisibleAsync();
        // A4 at 96 dpi.
        await window.Page.SetViewportSizeAsync(794, 1123);
        await window.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await window.Page.SetViewportSizeAsync(718, 1123);
        await Assertions.Expect(window.Page.Locator("main thead").First).ToBeVisibleAsync();
        Assert.False(await window.ScrollsSidewaysAsync());

        await Assertions.Expect(window.Page.Locator("main button:visible, main form:visible")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.Locator("header.top")).ToBeHiddenAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Table, new() { Name = "Members" })).ToBeVisibleAsync();
        await window.ShootAsync("evidence-access-paper");
    }

    [Fact]
    public Task Reports_look_right_and_axe_finds_nothing() =>
        console.LooksAsync(
            ("evidence", Evidence),
            ("evidence-access", $"{Evidence}/access"),
            ("evidence-changes", $"{Evidence}/changes"),
            ("evidence-keys", $"{Evidence}/keys"),
            ("evidence-sign-ins", $"{Evidence}/sign-ins")
        );

    private static ILocator Link(Window window, string name) =>
        window.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    private static LocatorFilterOptions Of(string text) => new() { HasText = text };

    /// <summary>A report is paper: it is made again until a record that was just written is in it.</summary>
    private static Task SealedAsync(Window window, string operation, string text = "") =>
        UntilAsync(
            window,
            window.Page.Url,
            async () =>
                await window.Page.Locator("[data-record]", new() { HasText = operation }).Filter(Of(text)).CountAsync()
                > 0
        );

    private static Task UntilAsync(Window window, string path, Func<Task<bool>> seen) =>
        Poll.UntilAsync(
            async () =>
            {
                await window.GoAsync(path);
                return await seen();
            },
            TimeSpan.FromMinutes(1),
            "a record in the report"
        );
}
