using System.Net;
using System.Text;
using Microsoft.Playwright;
using Palisade.Domain.Audit;
using Palisade.Driver.Wire;
using Palisade.Storage.Audit;

namespace Palisade.Browser.Tests;

/// <summary>The audit explorer.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class AuditPagesTests(ConsoleFixture console)
{
    private const string Markup = "<img src=x onerror=alert(1)>";
    private const string Audit = "/o/main/audit";

    [Fact]
    public async Task Who_changed_a_variable_today_is_found_and_proven()
    {
        var app = await AppAsync("audited");
        await console.Client().EnvSetAsync(app, new Dictionary<string, string> { ["FOO"] = "first-value" });
        await console.Client().EnvSetAsync(app, new Dictionary<string, string> { ["FOO"] = "second-value" });
        var today = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd", null);
        await using var window = await console.OpenSignedInAsync();
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Audit log" }).ClickAsync();
        await window.LiveAsync();

        await window.Page.GetByLabel("Find", new() { Exact = true }).FillAsync("FOO op:app.env.set");
        await window.Page.GetByLabel("From (UTC)").FillAsync(today);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();
        var rows = window.Page.Locator("[data-record]");
        await Assertions.Expect(rows).ToHaveCountAsync(2);
        await Assertions.Expect(rows.First).ToContainTextAsync("env.FOO changed");
        await Assertions.Expect(rows.Last).ToContainTextAsync("env.FOO added");
        await Assertions.Expect(rows.First).ToContainTextAsync("Administrator");

        await rows.First.GetByRole(AriaRole.Link).ClickAsync();
        await window.ArriveAsync($"**{Audit}/*");
        await window.LiveAsync();
        await Assertions.Expect(window.Page.Locator("[data-field='env.FOO']")).ToContainTextAsync("a fingerprint");
        await Assertions.Expect(window.Page.Locator("[data-proven=true]")).ToHaveCountAsync(1);
        await window.Page.GetByRole(AriaRole.Button, new() { Name = "Verify again" }).ClickAsync();
        await Assertions
            .Expect(window.Page.Locator(".proof"))
            .ToContainTextAsync("It is in the log, as it was written");
        await window.Page.GetByText("All that was recorded").ClickAsync();
        var text = await window.Page.ContentAsync();
        Assert.Contains("requestId", text, StringComparison.Ordinal);
        Assert.DoesNotContain("first-value", text, StringComparison.Ordinal);
        Assert.DoesNotContain("second-value", text, StringComparison.Ordinal);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Facets_narrow_it_down_and_what_happens_meanwhile_comes_by_itself()
    {
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Audit}?q=op%3Aapp.create");
        await window.LiveAsync();
        var rows = window.Page.Locator("[data-record]");
        await AppAsync("narrowed");
        await Assertions.Expect(rows.Filter(new() { HasText = "local/narrowed" })).ToHaveCountAsync(1);

        var facets = window.Page.Locator(".facets");
        await facets.GetByRole(AriaRole.Link, new() { Name = "ok", Exact = true }).ClickAsync();
        await window.ArriveAsync("**q=op%3Aapp.create%20result%3Aok");
        var chosen = facets.Locator("[aria-current=true]");
        await Assertions.Expect(chosen).ToHaveTextAsync(["ok", "app.create"]);
        await chosen.First.ClickAsync();
        await window.ArriveAsync("**q=op%3Aapp.create");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task What_was_found_is_exported_as_a_table_and_with_proofs_that_verify()
    {
        await AppAsync("exported");
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Audit}?q=op%3Aapp.create%20exported");
        await Assertions.Expect(window.Page.Locator("[data-record]")).ToHaveCountAsync(1);
        await window.LiveAsync();

        var table = await ReadAsync(window, "a table (CSV)");
        Assert.DoesNotContain("member.signin", table, StringComparison.Ordinal);
        Assert.Contains("local/exported", table, StringComparison.Ordinal);

        var bundle = await ReadAsync(window, "with proofs (JSONL)");
        var line = await window.Page.Locator(".checkpoint .cli code").TextContentAsync();
        Assert.True(NoteKey.TryParse(line!.Split('\'')[1], out var key));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(bundle));
        var report = BundleFile.Verify(stream, new(key, null));
        Assert.Empty(report.Faults);
        Assert.Equal(1, report.Records);

        Assert.Equal((int)HttpStatusCode.BadRequest, (await window.GoAsync($"{Audit}/export?q=nokey%3A1")).Status);
    }

    [Fact]
    public async Task What_is_looked_for_is_text_and_a_bad_search_is_refused_with_what_is_right()
    {
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Audit}?q={Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("No record is like that");
        await Assertions.Expect(window.Page.Locator("#q")).ToHaveValueAsync(Markup);

        await window.GoAsync($"{Audit}?q={Uri.EscapeDataString($"who:{Markup}")}&first=soon&last=%3Cb%3E");
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("there is no key");
        await Assertions.Expect(window.Page.Locator("main img, main b")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Who_may_not_read_the_log_is_told_so_and_a_record_that_is_not_there_too()
    {
        var role = await console.MakeRoleAsync("No audit", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "auditless@example.com", "a long enough passphrase", role);
        foreach (var path in new[] { Audit, $"{Audit}/1" })
        {
            await reader.GoAsync(path);
            await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("(audit.read)");
            await Assertions
                .Expect(reader.Page.Locator("[data-record], [data-proven], .checkpoint"))
                .ToHaveCountAsync(0);
        }

        Assert.Equal((int)HttpStatusCode.Forbidden, (await reader.GoAsync($"{Audit}/export")).Status);
        Assert.Equal((int)HttpStatusCode.NotFound, (await reader.GoAsync("/o/others/audit")).Status);
        Assert.Equal((int)HttpStatusCode.NotFound, (await reader.GoAsync("/o/others/audit/export")).Status);
        Assert.Equal((int)HttpStatusCode.NotFound, (await reader.GoAsync($"{Audit}/first")).Status);
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Audit}/999999999");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("The log has no such record.");
    }

    [Fact]
    public async Task S31_pages_that_list_records_have_the_latest_checkpoint()
    {
        await AppAsync("witnessed");
        await using var window = await console.OpenSignedInAsync();
        foreach (
            var path in new[] { "/o/main/dashboard", Audit, $"{Audit}/1", "/o/main/apps/local/witnessed/timeline" }
        )
        {
            await window.GoAsync(path);
            await window.LiveAsync();
            await Assertions.Expect(window.Page.Locator(".checkpoint pre")).ToContainTextAsync("main");
        }

        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Pages_of_the_log_look_right_and_axe_finds_nothing()
    {
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Audit}?q=op%3Aorg.create");
        await AppAsync("looked-at");
        await window.GoAsync($"{Audit}?q=op%3Aapp.create");
        await window.LiveAsync();
        var index = await window.Page.Locator("[data-record]").First.GetAttributeAsync("data-record");

        await console.LooksAsync(("audit", Audit), ("audit-record", $"{Audit}/{index}"));
    }

    private static async Task<string> ReadAsync(Window window, string link)
    {
        var download = await window.Page.RunAndWaitForDownloadAsync(() =>
            window.Page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync()
        );
        await using var content = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    private async Task<string> AppAsync(string name)
    {
        await console.Client().AppsCreateAsync(name);
        return name;
    }
}
