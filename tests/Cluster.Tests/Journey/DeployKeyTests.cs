using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// A deploy key's life with the official client's calls: it deploys, sets the environment, runs and enters what it ran,
/// and is refused the rest.
/// </summary>
[Collection(JourneyCollection.Name)]
[Trait("Needs", "root, podman")]
public sealed class DeployKeyTests(JourneyServer host)
{
    private const string App = "keyed";

    [Fact]
    public async Task A_key_deploys_runs_and_enters_its_own_process_and_is_refused_the_rest()
    {
        var first = host.Server.FirstRun;
        await host.Client.AppsCreateAsync(App);
        using var console = Console();
        var (id, secret) = await IssueAsync(console, first.Organization, first.Rack);
        var key = new ConvoxClient(host.Client.Target with { Token = secret });
        using var source = AppSource.Of("web");

        Assert.Equal(first.Rack, Assert.Single(await key.RacksAsync()).Name);
        var deployed = await key.DeployAsync(App, source.Folder, new() { Description = "by a key" });
        Assert.Equal(deployed.ReleaseId, (await host.PageAsync(App))["release"]);
        Assert.Equal(deployed.BuildId, Assert.Single(await key.BuildsAsync(App)).Id);
        var changed = await key.EnvSetAsync(
            App,
            new Dictionary<string, string> { ["GREETING"] = "hello from CI" },
            replace: true,
            promote: true
        );
        Assert.Equal(
            ("hello from CI", changed),
            ((await host.PageAsync(App))["greeting"], (await host.PageAsync(App))["release"])
        );

        var ran = await key.RunAsync(App, "web", "sh -c 'echo ran; exit 3'");
        Assert.Equal((3, "ran\n"), (ran.ExitCode, ran.Text));
        var own = await key.RunDetachedAsync(App, "web", "sleep 60");
        await Poll.UntilAsync(
            async () => (await host.Client.PsAsync(App)).Any(p => p.Id == own && p.Status == "running"),
            TimeSpan.FromSeconds(20),
            "the key's own process"
        );
        Assert.Equal(0, (await key.ExecAsync(App, own, "true")).ExitCode);

        var service = (await host.Client.PsAsync(App)).First(p => p.Id != own).Id;
        await RefusedAsync(() => key.PsAsync(App));
        await RefusedAsync(() => key.EnvAsync(App));
        await RefusedAsync(() => key.ReleasesAsync(App));
        await RefusedAsync(() => key.PsStopAsync(App, service));
        await RefusedAsync(() => key.RestartAsync(App, "web"));
        await RefusedAsync(() => key.AppsDeleteAsync(App));
        var entered = await key.ExecAsync(App, service, "true");
        Assert.Equal(1, entered.ExitCode);
        Assert.Contains("app.exec", entered.Text, StringComparison.Ordinal);
        Assert.Equal("invalid login", (await Assert.ThrowsAsync<ConvoxException>(() => key.LoginAsync())).Message);
        await key.PsStopAsync(App, own);

        using var deleted = await console.DeleteAsync($"/api/v1/orgs/{first.Organization}/keys/{id}");
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Contains(
            "cli token is expired",
            (await Assert.ThrowsAsync<ConvoxException>(() => key.RacksAsync())).Message,
            StringComparison.Ordinal
        );
    }

    private static async Task RefusedAsync(Func<Task> call) =>
        Assert.Contains(
            "you need ",
            (await Assert.ThrowsAsync<ConvoxException>(call)).Message,
            StringComparison.Ordinal
        );

    private static async Task<(string Id, string Secret)> IssueAsync(HttpClient console, string org, string rack)
    {
        using var answer = await console.PostAsJsonAsync(
            $"/api/v1/orgs/{org}/keys",
            new { name = "journey", racks = new { kind = "Name", names = new[] { rack } } }
        );
        Assert.Equal(201, (int)answer.StatusCode);
        using var issued = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (
            issued.RootElement.GetProperty("key").GetProperty("id").GetString()!,
            issued.RootElement.GetProperty("secret").GetString()!
        );
    }

    /// <summary>The console API as the first administrator.</summary>
    private HttpClient Console()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri(host.Server.FirstRun.Url),
            Timeout = TimeSpan.FromSeconds(60),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", host.Client.Target.Token);
        return client;
    }
}
