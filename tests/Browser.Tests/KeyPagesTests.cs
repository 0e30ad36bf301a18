using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Playwright;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Browser.Tests;

/// <summary>The pages of deploy keys.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class KeyPagesTests(ConsoleFixture console)
{
    private const string Markup = "<img src=x onerror=alert(1)>";
    private const string Keys = "/o/main/keys";

    [Fact]
    public async Task A_key_is_made_for_what_its_preview_says_and_its_printed_line_works_until_it_is_deleted()
    {
        await using var window = await console.OpenSignedInAsync();
        await using var list = await console.OpenSignedInAsync();
        await list.GoAsync(Keys);
        await window.GoAsync($"{Keys}/new");
        await window.LiveAsync();
        var preview = window.Page.Locator(".preview");
        await window.TypeAsync("Name", "github-web");
        await Assertions.Expect(preview).ToContainTextAsync("It must be said on which racks the key works");
        await window.TypeAsync("Names of racks", "local");
        await Assertions.Expect(preview.Locator("h3")).ToContainTextAsync("On local");
        await Assertions.Expect(preview).ToContainTextAsync("rack.get");
        await window.TypeAsync("How many changes it may make", "3");
        await window.Button("Make key github-web").ClickAsync();

        var issued = window.Page.Locator("[data-issued]");
        await Assertions.Expect(issued).ToBeVisibleAsync();
        Assert.Empty(await window.AxeAsync());
        var line = await issued.Locator(".cli code").InnerTextAsync();
        Assert.EndsWith("; convox deploy -r main/local -a APP", line, StringComparison.Ordinal);
        await Assertions.Expect(issued.Locator("pre")).ToContainTextAsync("secrets.CONVOX_PASSWORD");
        Assert.Equal(HttpStatusCode.OK, await CallAsync(line));
        var row = list.Page.Locator("[data-deploy-key=github-web]");
        await Assertions.Expect(row.Locator(".status")).ToHaveTextAsync("Works");
        await list.GoAsync(Keys);
        await Assertions.Expect(row).ToContainTextAsync("from 127.0.0.1");
        await Assertions.Expect(row).ToContainTextAsync("rack local");

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "I have stored it" }).ClickAsync();
        await window.Page.GetByLabel("Type github-web to delete it").FillAsync("github-web");
        Assert.DoesNotContain(SecretOf(line), await window.Page.ContentAsync(), StringComparison.Ordinal);
        await window.Button("Delete github-web").ClickAsync();
        await window.ArriveAsync($"**{Keys}");
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(line));
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task A_key_is_narrowed_rolled_with_an_overlap_and_reported()
    {
        await console.MakeRoleAsync("Key readers", "Read");
        var secret = await console.IssueKeyAsync("rolled");
        await using var window = await console.OpenSignedInAsync();
        await OpenKeyAsync(window, "rolled");
        var status = window.Page.Locator(".rack > header .status");
        await Assertions.Expect(window.Page.Locator(".reach")).ToContainTextAsync("process.run.exec");

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "Change" }).ClickAsync();
        await window.LiveAsync();
        await window.Page.GetByLabel("What deploy keys do by default").UncheckAsync();
        await Assertions.Expect(window.Page.Locator(".preview")).ToContainTextAsync("choose at least one role");
        await window.Page.GetByLabel("What role Key readers grants").CheckAsync();
        await Assertions.Expect(window.Page.Locator(".preview h3")).ToHaveCountAsync(1);
        await window.Button("Change key rolled").ClickAsync();
        await window.ArriveAsync($"**{Keys}/key-*");
        await Assertions.Expect(window.Page.Locator(".reach")).Not.ToContainTextAsync("process.run.exec");

        await window.LiveAsync();
        await window.Page.GetByLabel("The old secret goes on for").SelectOptionAsync("one hour");
        await window.Button("Give rolled a new secret").ClickAsync();
        var line = await window.Page.Locator("[data-issued] .cli code").InnerTextAsync();
        Assert.NotEqual(secret, SecretOf(line));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(secret, line));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(line));
        var thief = new ConvoxClient(ConvoxTarget.Of(console.Server) with { Token = SecretOf(line) });
        Assert.Equal(
            (int)HttpStatusCode.Forbidden,
            (await Assert.ThrowsAsync<ConvoxException>(() => thief.AppsCreateAsync("stolen"))).Status
        );

        await window.Page.GetByLabel("Type rolled to report it").FillAsync("rolled");
        await window.Button("Report rolled as leaked").ClickAsync();
        await Assertions.Expect(status).ToHaveTextAsync("Reported as leaked");
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(line));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(secret, line));
        await Assertions.Expect(window.Button("Give rolled a new secret")).ToHaveCountAsync(0);

        await window.Page.GetByRole(AriaRole.Link, new() { Name = "what it asked for, and from where" }).ClickAsync();
        await window.ArriveAsync($"**{Keys}/key-*/did");
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("It was reported as leaked");
        var stolen = window.Page.Locator("[data-use='app.create']");
        await Assertions.Expect(stolen).ToContainTextAsync("app local/stolen");
        await Assertions.Expect(stolen).ToContainTextAsync("Refused");
        await Assertions.Expect(window.Page.Locator("[data-place='127.0.0.1']")).ToHaveCountAsync(1);
        await Assertions.Expect(window.Page.Locator("main")).ToContainTextAsync("palisade");
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Two_who_change_a_key_do_not_overwrite_each_other_unseen()
    {
        await console.IssueKeyAsync("contested");
        await using var one = await console.OpenSignedInAsync();
        await using var two = await console.OpenSignedInAsync();
        foreach (var window in new[] { one, two })
        {
            await OpenKeyAsync(window, "contested");
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Change" }).ClickAsync();
            await window.LiveAsync();
        }

        await one.TypeAsync("How many changes it may make", "7");
        await one.Button("Change key contested").ClickAsync();
        await one.ArriveAsync($"**{Keys}/key-*");

        await Assertions.Expect(two.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("changed by somebody else");
        await Assertions.Expect(two.Page.Locator("button.primary")).ToBeDisabledAsync();
        await two.Button("Show what it is now").ClickAsync();
        await Assertions.Expect(two.Page.GetByLabel("How many changes it may make")).ToHaveValueAsync("7");
        await Assertions.Expect(two.Page.Locator("button.primary")).ToBeEnabledAsync();
    }

    [Fact]
    public async Task What_a_reader_may_not_see_of_keys_is_explained_or_not_there()
    {
        await console.IssueKeyAsync("unseen");
        await using var window = await console.OpenSignedInAsync();
        await OpenKeyAsync(window, "unseen");
        var path = new Uri(window.Page.Url).AbsolutePath;
        var readers = await console.MakeRoleAsync("No keys", "Read");
        await using var reader = await console.OpenAsync();
        await console.JoinAsync(reader, "keyless@example.com", "a long enough passphrase", readers);

        await reader.GoAsync(Keys);
        await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("(key.list)");
        await Assertions.Expect(reader.Page.Locator("[data-deploy-key]")).ToHaveCountAsync(0);
        Assert.Empty(await reader.AxeAsync());
        await reader.GoAsync($"{Keys}/new");
        await Assertions.Expect(reader.Page.Locator("main")).ToContainTextAsync("(key.create)");
        await Assertions.Expect(reader.Page.Locator("form.key-form")).ToHaveCountAsync(0);
        foreach (var absent in new[] { path, $"{path}/change", $"{Keys}/key-000000000000", $"{Keys}/{Markup}" })
        {
            Assert.Equal((int)HttpStatusCode.NotFound, (await reader.GoAsync(absent)).Status);
        }

        Assert.Equal(
            (int)HttpStatusCode.NotFound,
            (await window.GoAsync(path.Replace("/main/", "/others/", StringComparison.Ordinal))).Status
        );
    }

    [Fact]
    public async Task What_is_typed_is_text_and_refused_with_what_to_do()
    {
        await using var window = await console.OpenSignedInAsync();
        await window.GoAsync($"{Keys}?q={Uri.EscapeDataString(Markup)}");
        await Assertions.Expect(window.Page.Locator("#q")).ToHaveValueAsync(Markup);
        await window.GoAsync($"{Keys}/new");
        await window.LiveAsync();

        await window.TypeAsync("Name", Markup);
        await Assertions.Expect(window.Page.Locator(".preview")).ToContainTextAsync("is not a deploy key's name");
        await window.TypeAsync("Name", "fine");
        await window.Page.GetByLabel("All racks, those to come too").CheckAsync();
        await window.TypeAsync("Networks that it may be used from", $"10.0.0.0/8 {Markup}");
        await Assertions.Expect(window.Page.Locator(".preview")).ToContainTextAsync("is not a network");
        await window.Button("Make key fine").ClickAsync();
        await Assertions.Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is not a network");

        await Assertions.Expect(window.Page.Locator("main img, main script")).ToHaveCountAsync(0);
        Assert.Empty(window.Faults);
    }

    [Fact]
    public async Task Pages_of_keys_look_right_and_axe_finds_nothing()
    {
        await console.IssueKeyAsync("looked-at");
        await using var window = await console.OpenSignedInAsync();
        await OpenKeyAsync(window, "looked-at");
        var path = new Uri(window.Page.Url).AbsolutePath;

        await console.LooksAsync(
            ("keys", Keys),
            ("keys-new", $"{Keys}/new"),
            ("keys-one", path),
            ("keys-change", $"{path}/change"),
            ("keys-did", $"{path}/did")
        );
    }

    private static async Task OpenKeyAsync(Window window, string name)
    {
        await window.GoAsync(Keys);
        await window.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
        await window.ArriveAsync($"**{Keys}/key-*");
        await window.LiveAsync();
    }

    private static string SecretOf(string line) => line.Split("CONVOX_PASSWORD=")[1].Split(';')[0];

    /// <summary>Calls as a CI that was given the line.</summary>
    private Task<HttpStatusCode> CallAsync(string line) => CallAsync(SecretOf(line), line);

    private async Task<HttpStatusCode> CallAsync(string secret, string line)
    {
        var host = line.Split("CONVOX_HOST=")[1].Split(' ')[0];
        Assert.Equal(console.Server.Url.Authority, host);
        using var http = console.Server.NewHttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"convox:{secret}"))
        );
        using var answer = await http.GetAsync(new Uri($"https://{host}/racks"));
        return answer.StatusCode;
    }
}
