using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Palisade.Browser.Tests;

/// <summary>One of each thing that pages are about in the organization main, and a second organization.</summary>
public sealed partial class SweptWorld : IAsyncLifetime
{
    public const string Passphrase = "a long enough passphrase";

    /// <summary>Who administers the second organization.</summary>
    public const string Eve = "eve@second.example";

    public ConsoleFixture Console { get; } = new();

    /// <summary>What the parts of routes are called in main.</summary>
    public Dictionary<string, string> Values { get; } = [];

    /// <summary>Words that only pages about what is in main show.</summary>
    public List<string> Marks { get; } = [];

    public async Task InitializeAsync()
    {
        await Console.InitializeAsync();
        await using var window = await Console.OpenSignedInAsync();
        await window.Button($"Deploy the sample to main/{Console.Server.FirstRun.Rack}").ClickAsync();
        await Assertions
            .Expect(window.Page.Locator("[data-app=hello] .status"))
            .ToHaveTextAsync("Running", new() { Timeout = 120_000 });
        var client = Console.Client();
        using var http = Console.Http();
        Values["RackName"] = Console.Server.FirstRun.Rack;
        Values["AppName"] = "hello";
        Values["ProcessId"] = (await client.PsAsync("hello"))[0].Id;
        Values["Index"] = "0";
        Values["ReportId"] = "access";
        Values["KeyId"] = await MadeAsync(http, "keys", new { name = "swept-key", racks = new { kind = "AllowAll" } });
        Values["RoleId"] = await Console.MakeRoleAsync("Swept role", "Read");
        Values["GroupId"] = await MadeAsync(
            http,
            "groups",
            new { name = "Swept group", roles = Array.Empty<object>() }
        );
        Values["SinkId"] = await MadeAsync(
            http,
            "audit/sinks",
            new { name = "swept-sink", url = "https://log.example.com/" }
        );
        Values["UserId"] = await AnyAsync(http, "members", "id");
        Values["Id"] = await AnyAsync(http, "jobs", "id");
        Marks.AddRange(["hello", "swept-key", "Swept role", "Swept group", "swept-sink", Console.Email]);
        Marks.AddRange((await client.ReleasesAsync("hello")).Select(release => release.Id));
        await SecondOrganizationAsync();
    }

    public Task DisposeAsync() => Console.DisposeAsync();

    private static async Task<string> MadeAsync(HttpClient http, string kind, object body)
    {
        using var made = await http.PostAsJsonAsync($"/api/v1/orgs/main/{kind}", body);
        var text = await made.Content.ReadAsStringAsync();
        Assert.True(made.IsSuccessStatusCode, $"{kind}: {text}");
        return Id().Match(text).Groups[1].Value;
    }

    private static async Task<string> AnyAsync(HttpClient http, string kind, string field)
    {
        using var list = JsonDocument.Parse(await http.GetStringAsync($"/api/v1/orgs/main/{kind}"));
        return list.RootElement.GetProperty("items")[0].GetProperty(field).GetString()!;
    }

    /// <summary>With an Administrator of its own, by the operator.</summary>
    private async Task SecondOrganizationAsync()
    {
        using var operating = await Console.OperatorHttpAsync();
        using var user = await operating.PostAsJsonAsync(
            "/api/v1/operator/users",
            new
            {
                email = Eve,
                name = "Eve",
                password = Passphrase,
            }
        );
        var administrator = Id().Match(await user.Content.ReadAsStringAsync()).Groups[1].Value;
        using var org = await operating.PostAsJsonAsync(
            "/api/v1/operator/orgs",
            new { name = "second", administrator }
        );
        Assert.True(org.IsSuccessStatusCode, await org.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("\"id\":\"([^\"]+)\"")]
    private static partial Regex Id();
}
