using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Palisade.Driver;
using Palisade.Driver.Wire;
using Xunit.Abstractions;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// Who loses a right loses what is open by it, on real containers: a log that is followed and a command that runs.
/// </summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class RightsEndTests(JourneyServer host, ITestOutputHelper output)
{
    private const string App = "watched";

    /// <summary>S29: at most this long after the removal was acknowledged.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private string Org => host.Server.FirstRun.Organization;

    [Fact]
    public async Task S29_a_removed_members_open_log_and_command_end_within_five_seconds()
    {
        await host.DeployedAsync(App);
        using var console = Console();
        var (id, token) = await JoinAsync(console, "mel@example.test");

        await EndsAsync(
            new ConvoxClient(host.Client.Target with { Token = token }),
            (await host.Client.PsAsync(App, "web"))[0].Id,
            () =>
                console.PostAsJsonAsync(
                    $"/api/v1/orgs/{Org}/members/{id}/remove",
                    new { roll = Array.Empty<string>() }
                ),
            "no longer a member"
        );
    }

    [Fact]
    public async Task S29_a_member_whose_role_is_taken_away_loses_what_is_open_within_five_seconds()
    {
        await host.DeployedAsync(App);
        using var console = Console();
        using var role = await JsonAsync(
            await console.PostAsJsonAsync(
                $"/api/v1/orgs/{Org}/roles",
                new { name = "Racks alone", policies = new[] { new { type = "Racks", action = "Read" } } }
            )
        );
        var (id, token) = await JoinAsync(console, "ned@example.test");

        await EndsAsync(
            new ConvoxClient(host.Client.Target with { Token = token }),
            (await host.Client.PsAsync(App, "web"))[0].Id,
            () =>
                console.PutAsJsonAsync(
                    $"/api/v1/orgs/{Org}/members/{id}/roles",
                    new { roles = new[] { new { role = Text(role, "id"), racks = new { all = true } } } }
                ),
            "no longer allowed"
        );
    }

    [Fact]
    public async Task S29_a_revoked_tokens_open_log_and_command_end_within_five_seconds()
    {
        await host.DeployedAsync(App);
        using var console = Console();
        using var issued = await JsonAsync(
            await console.PostAsJsonAsync("/api/v1/account/tokens", new { name = "watched" })
        );
        var (id, token) = (Text(issued, "id"), Text(issued, "token"));

        await EndsAsync(
            new ConvoxClient(host.Client.Target with { Token = token }),
            (await host.Client.PsAsync(App, "web"))[0].Id,
            () => console.DeleteAsync($"/api/v1/account/tokens/{id}"),
            "it was revoked"
        );
    }

    [Fact]
    public async Task S29_a_deleted_deploy_keys_open_log_and_command_end_within_five_seconds()
    {
        await host.DeployedAsync(App);
        using var console = Console();
        using var issued = await JsonAsync(
            await console.PostAsJsonAsync(
                $"/api/v1/orgs/{Org}/keys",
                new { name = "watched", racks = new { kind = "Name", names = new[] { host.Server.FirstRun.Rack } } }
            )
        );
        var id = issued.RootElement.GetProperty("key").GetProperty("id").GetString();
        var key = new ConvoxClient(host.Client.Target with { Token = Text(issued, "secret") });

        // A key enters only what it ran.
        var own = await key.RunDetachedAsync(App, "web", "sleep 600");
        await Poll.UntilAsync(
            async () => (await host.Client.PsAsync(App)).Any(p => p.Id == own && p.Status == "running"),
            TimeSpan.FromMinutes(1),
            "the key's own process"
        );
        await EndsAsync(key, own, () => console.DeleteAsync($"/api/v1/orgs/{Org}/keys/{id}"), "it was revoked");
        await host.Client.PsStopAsync(App, own);
    }

    /// <summary>Opens both, takes the right away, and waits for the end of both and of the command itself.</summary>
    private async Task EndsAsync(
        ConvoxClient who,
        string process,
        Func<Task<HttpResponseMessage>> remove,
        string reason
    )
    {
        await using var log = await who.LogsAsync(App, since: "1h0m0s");
        await using var command = await who.OpenAsync(
            $"/apps/{App}/processes/{process}/exec",
            new Dictionary<string, string> { ["Command"] = "sh -c 'echo began; sleep 4242'", ["Tty"] = "false" }
        );
        await JourneyServer.ReadUntilAsync(log, t => t.Contains("web: release ", StringComparison.Ordinal), "any line");
        await JourneyServer.ReadUntilAsync(command, t => t.Contains("began", StringComparison.Ordinal), "its begin");
        Assert.Equal("1", await RunningAsync(process));

        using var asking = Console();
        await using var calls = SlowestCall.Of(ct => asking.GetStringAsync("/api/v1/account", ct));
        using var removed = await remove();
        var since = Stopwatch.StartNew();
        Assert.True(removed.IsSuccessStatusCode, await removed.Content.ReadAsStringAsync());
        var ends = await Task.WhenAll(EndAsync(log, since), EndAsync(command, since));
        var took = await calls.EndAsync();

        // The bound is the product's, which looks every 3 s; above it only one call, which a look is too.
        foreach (var (text, after) in ends)
        {
            output.WriteLine($"ended {after.TotalSeconds:0.00} s after; a call took {took.TotalSeconds:0.00} s");
            Assert.True(
                after <= Bound + took,
                $"it ended {after.TotalSeconds:0.0} s after (bound 5 s + {took.TotalSeconds:0.0} s)"
            );
            Assert.Contains(reason, text, StringComparison.Ordinal);
        }

        await Poll.UntilAsync(
            async () => await RunningAsync(process) == "0",
            TimeSpan.FromSeconds(30),
            "the end of the command inside the container"
        );
    }

    /// <summary>How many processes of the container run the test's command.</summary>
    private async Task<string> RunningAsync(string process) =>
        (
            await host.Client.ExecAsync(
                App,
                process,
                "sh -c 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr \"\\\\000\" \"\\\\n\" | grep -c \"^[4]242$\"'"
            )
        ).Text.Trim();

    private static async Task<(string Text, TimeSpan After)> EndAsync(ConvoxSocket socket, Stopwatch since)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var text = Encoding.UTF8.GetString(await socket.ReadToEndAsync(limit.Token));
        return (text, since.Elapsed);
    }

    /// <summary>
    /// Somebody who joins with an invite, as people do: in a browser, where they make their first token.
    /// </summary>
    private async Task<(string Id, string Token)> JoinAsync(HttpClient console, string email)
    {
        using var invite = await JsonAsync(
            await console.PostAsJsonAsync(
                $"/api/v1/orgs/{Org}/invites",
                new { open = true, roles = new[] { new { role = "DeveloperV2", racks = new { all = true } } } }
            )
        );
        using var browser = new PageClient(host.Server.Url);
        var offer = await browser.SubmitAsync(
            "/login/invite",
            "open",
            ("OpenForm.Token", Text(invite, "link").Split('#')[1])
        );
        var joined = await browser.SubmitAsync(
            offer.Path,
            offer.Text,
            "register",
            ("RegisterForm.Email", email),
            ("RegisterForm.Name", "Mel"),
            ("RegisterForm.Password", "violet ladder 88 hums")
        );
        Assert.Equal($"/o/{Org}/apps", joined.Path);
        var made = await browser.SubmitAsync("/account/tokens", "issue", ("Issue.Name", "laptop"), ("Issue.Days", "1"));
        using var members = await JsonAsync(await console.GetAsync($"/api/v1/orgs/{Org}/members"));
        return (
            members
                .RootElement.GetProperty("items")
                .EnumerateArray()
                .Single(m => m.GetProperty("email").GetString() == email)
                .GetProperty("id")
                .GetString()!,
            Regex.Match(made.Text, "plt_[0-9A-Za-z]{49}").Value
        );
    }

    private static string Text(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetString()!;

    private static async Task<JsonDocument> JsonAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            return JsonDocument.Parse(text);
        }
    }

    /// <summary>The console API as the first administrator.</summary>
    private HttpClient Console()
    {
        var client = host.Server.NewHttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.Client.Target.Token);
        return client;
    }
}
