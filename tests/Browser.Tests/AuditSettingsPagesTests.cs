using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Palisade.Driver;

namespace Palisade.Browser.Tests;

/// <summary>The pages of where the log's records go and how long they are kept.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class AuditSettingsPagesTests(ConsoleFixture console)
{
    private const string Markup = "<img src=x onerror=alert(1)>";
    private const string Passphrase = "a long enough passphrase";
    private const string Delivery = "/o/main/audit/delivery";
    private const string Retention = "/o/main/audit/retention";

    [Fact]
    public async Task Records_go_to_a_webhook_that_is_made_tried_paused_given_a_secret_and_deleted()
    {
        await AllowLoopbackAsync();
        await using var receiver = WebhookReceiver.Open();
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync("/o/main/audit");
        await window
            .Page.GetByRole(AriaRole.Navigation, new() { Name = "Audit log" })
            .GetByRole(AriaRole.Link, new() { Name = "Delivery" })
            .ClickAsync();
        await window.ArriveAsync($"**{Delivery}");
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "New webhook" }).ClickAsync();
        await window.ArriveAsync($"**{Delivery}/new");
        await window.LiveAsync();
        await window.TypeAsync("Name", "siem");
        await window.TypeAsync("URL", "nowhere");
        await window.Button("Make the webhook").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("URL");
        await window.TypeAsync("URL", $"{receiver.Url}");
        await window.Button("Make the webhook").ClickAsync();
        receiver.Trust(await window.Page.Locator(".issued .secret code").InnerTextAsync());
        await window.Page.GetByRole(AriaRole.Link, new() { Name = "I have stored it" }).ClickAsync();
        await window.ArriveAsync($"**{Delivery}/sink-*");
        await window.LiveAsync();
        await Assertions.Expect(window.Page.Locator("main dl")).ToContainTextAsync($"127.0.0.1:{receiver.Port}");
        Assert.DoesNotContain("in-the-url", await window.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(await window.AxeAsync());

        await window.Button("Send a test").ClickAsync();
        await Assertions
            .Expect(window.Page.Locator("main").GetByRole(AriaRole.Status))
            .ToContainTextAsync("It was taken");
        await Poll.UntilAsync(
            () => receiver.Kept.Any(delivery => delivery.Records.Any()),
            TimeSpan.FromMinutes(1),
            "records that its secret has signed"
        );
        receiver.Answer = _ => 500;
        await window.Button("Send a test").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("500");
        receiver.Answer = _ => 204;

        var state = window.Page.Locator(".rack > header .status");
        await window.Button("Pause it").ClickAsync();
        await Assertions.Expect(state).ToHaveTextAsync("Paused");
        await window.Button("Begin again, where it stopped").ClickAsync();
        await Assertions.Expect(state).Not.ToHaveTextAsync("Paused");
        await window.Page.GetByLabel("New name").FillAsync("siem-2");
        await window.Button("Change siem").ClickAsync();
        await Assertions.Expect(window.Page.Locator("h1")).ToContainTextAsync("siem-2");
        await window.Page.GetByLabel("The old secret signs beside it for").SelectOptionAsync("one hour");
        await window.Button("Give siem-2 a new secret").ClickAsync();
        var second = window.Page.Locator(".issued .secret code");
        await Assertions.Expect(second).ToContainTextAsync("whsec_");
        await window.Button("I have stored it").ClickAsync();
        await Assertions.Expect(second).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.Locator("main dl ul li")).ToHaveCountAsync(2);

        await window.Page.GetByLabel("Type siem-2 to delete it").FillAsync("siem-2");
        await window.Button("Delete siem-2").ClickAsync();
        await window.ArriveAsync($"**{Delivery}");
        await Assertions.Expect(window.Page.Locator("[data-sink='siem-2']")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Records_are_kept_as_long_as_is_said_and_a_hold_keeps_all()
    {
        await using var window = await console.OpenSignedInAsync();
        await using var other = await console.OpenSignedInAsync();
        await other.GoAsync(Retention);
        await other.LiveAsync();
        await window.GoAsync(Retention);
        await window.LiveAsync();
        var kept = window.Page.Locator("[data-kept]");
        await Assertions.Expect(kept).ToContainTextAsync("kept for ever");
        await window.TypeAsync("Days; empty keeps it for ever", "12");
        await window.Page.GetByLabel("Type erase to do that").FillAsync("erase");
        await window.Button("Keep it for 12 days").ClickAsync();
        await Assertions.Expect(kept.GetByRole(AriaRole.Alert)).ToContainTextAsync("90 to 3650 days");
        await window.TypeAsync("Days; empty keeps it for ever", "3650");
        await Assertions.Expect(window.Button("Keep it for 3650 days")).ToBeDisabledAsync();
        await window.Page.GetByLabel("Type erase to do that").FillAsync("erase");
        await window.Button("Keep it for 3650 days").ClickAsync();
        await Assertions.Expect(kept).ToContainTextAsync("kept for 3650 days");
        await Assertions.Expect(other.Page.Locator("[data-kept]")).ToContainTextAsync("kept for 3650 days");
        await window.TypeAsync("Days; empty keeps it for ever", "");
        await window.Button("Keep it for ever").ClickAsync();
        await Assertions.Expect(kept).ToContainTextAsync("kept for ever");

        var hold = window.Page.Locator("[data-hold]");
        await window.Page.GetByLabel("Reason").FillAsync($"Case {Markup}");
        await window.Button("Erase nothing until it is lifted").ClickAsync();
        await Assertions.Expect(hold).ToContainTextAsync($"Case {Markup}");
        await Assertions.Expect(hold).ToContainTextAsync("Set by Administrator");
        await Assertions.Expect(window.Page.Locator("main img")).ToHaveCountAsync(0);
        Assert.Empty(await window.AxeAsync());
        await window.Button("Lift the hold").ClickAsync();
        await Assertions.Expect(hold).ToContainTextAsync("There is none.");
        Assert.Empty(window.Faults);
        Assert.Empty(other.Faults);
    }

    [Fact]
    public async Task What_a_reader_may_not_see_or_do_about_the_log_is_explained()
    {
        var readers = await console.MakeRoleAsync("No log", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "logless@example.com", Passphrase, readers);
        foreach (
            var (path, lacks) in new[]
            {
                (Delivery, "sink.list"),
                ($"{Delivery}/x", "sink.list"),
                ($"{Delivery}/new", "sink.create"),
                (Retention, "audit.read"),
            }
        )
        {
            await reader.GoAsync(path);
            await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync($"({lacks})");
            await Assertions.Expect(reader.Page.Locator("main input")).ToHaveCountAsync(0);
        }

        await using var auditor = await console.OpenAsync();
        await console.JoinAsync(auditor, "log-auditor@example.com", Passphrase, "Auditor");
        await auditor.GoAsync(Retention);
        await Assertions.Expect(auditor.Page.Locator("[data-kept]")).ToContainTextAsync("(audit.settings)");
        await Assertions.Expect(auditor.Page.Locator("[data-hold]")).ToContainTextAsync("(audit.hold)");
        await Assertions.Expect(auditor.Page.Locator("main input")).ToHaveCountAsync(0);
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Delivery}/{Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("There is no such sink.");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Pages_of_the_log_s_settings_look_right_and_axe_finds_nothing()
    {
        await AllowLoopbackAsync();
        await using var receiver = WebhookReceiver.Open();
        receiver.Answer = _ => 500;
        using var http = console.Http();
        using var made = await http.PostAsJsonAsync(
            "/api/v1/orgs/main/audit/sinks",
            new { name = "looked-at", url = $"{receiver.Url}" }
        );
        using var body = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        var id = body.RootElement.GetProperty("sink").GetProperty("id").GetString();
        receiver.Trust(body.RootElement.GetProperty("secret").GetString()!);
        await Poll.UntilAsync(
            async () => (await http.GetStringAsync($"/api/v1/orgs/main/audit/sinks/{id}")).Contains("failing"),
            TimeSpan.FromMinutes(1),
            "a delivery that failed"
        );

        await console.LooksAsync(
            ("delivery", Delivery),
            ("delivery-new", $"{Delivery}/new"),
            ("delivery-one", $"{Delivery}/{id}"),
            ("retention", Retention)
        );

        using var gone = await http.DeleteAsync($"/api/v1/orgs/main/audit/sinks/{id}");
        Assert.True(gone.IsSuccessStatusCode);
    }

    /// <summary>The operator allows what is sent from here to reach this machine.</summary>
    private async Task AllowLoopbackAsync()
    {
        using var operators = await console.OperatorHttpAsync();
        using var set = await operators.PutAsJsonAsync(
            "/api/v1/operator/outgoing-networks",
            new { networks = new[] { "127.0.0.0/8" } }
        );
        Assert.True(set.IsSuccessStatusCode);
    }
}
