using System.Text.Json;
using System.Text.RegularExpressions;
using Palisade.Cluster.Tests.Resilience;
using Palisade.Driver;
using Palisade.Driver.Wire;

namespace Palisade.Cluster.Tests.Admin;

/// <summary>
/// An installation is lost, and comes back from the backup that its server wrote and the copy of its master key.
/// </summary>
[Collection(ResilienceGroup.Name)]
public sealed class RestoreTests : IDisposable
{
    private const string Password = "eleven copper kettles sing";

    private readonly string _folder = Directory.CreateTempSubdirectory("palisade-restore-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task S05_S06_What_a_server_backed_up_comes_back_whole_with_its_key_and_nobodys_credentials() =>
        await RestoreAsync(new Dictionary<string, string>(), new Dictionary<string, string>());

    [Fact]
    public async Task S05_S06_So_does_what_one_on_PostgreSQL_backed_up()
    {
        var postgres = await PostgresServer.GetAsync();
        var (lost, restored) = (await postgres.CreateDatabaseAsync(), await postgres.CreateDatabaseAsync());

        await RestoreAsync(postgres.Environment(lost), postgres.Environment(restored));

        await postgres.DropDatabaseAsync(lost);
        await postgres.DropDatabaseAsync(restored);
    }

    private async Task RestoreAsync(Dictionary<string, string> lost, Dictionary<string, string> restored)
    {
        await File.WriteAllTextAsync(In("passphrase"), "seven brass lanterns hum\n");
        await using var server = await ServerProcess.StartAsync(new() { Environment = lost });
        var first = server.FirstRun;
        var convox = ConvoxClient.Of(server);
        string key;
        string backup;
        using (var console = ConsoleClient.Of(server))
        {
            await convox.AppsCreateAsync("web");
            await convox.EnvSetAsync("web", new Dictionary<string, string> { ["SECRET"] = "kept" });
            key = await console.KeyAsync();
            await File.WriteAllTextAsync(In("before"), await console.NextCheckpointAsync());
            backup = await BackUpAsync(server, console, first.Password);
            await convox.AppsCreateAsync("given-up");
            await File.WriteAllTextAsync(In("after"), await console.NextCheckpointAsync());
        }

        await server.StopAsync();
        var palisade = new PalisadeCommand(lost);
        string[] copy = [In("ring"), "--passphrase-file", In("passphrase"), "--data"];
        await palisade.DoAsync(["admin", "key", "export", .. copy, server.Data]);

        palisade = new PalisadeCommand(restored);
        var data = In("data");
        await palisade.FailAsync(
            69,
            "Put the master key ring that the backup w",
            "admin",
            "restore",
            backup,
            "--data",
            data
        );
        await palisade.DoAsync(["admin", "key", "import", .. copy, data]);
        await palisade.DoAsync("admin", "restore", backup, "--data", data);
        await palisade.DoAsync("admin", "verify", "--data", data);

        await using var again = await ServerProcess.StartAsync(new() { Data = data, Environment = restored });
        using (var revoked = new ConsoleClient(again, first.CliToken, first.Organization))
        {
            Assert.Equal(401, await revoked.StatusAsync("account"));
        }

        var token = await SignInAsync(again, first.Email);
        convox = new(ConvoxTarget.Of(server) with { Port = again.HttpsPort, Token = token });
        Assert.Equal(["web"], (await convox.AppsAsync()).Select(app => app.Name));
        Assert.Equal("kept", (await convox.EnvAsync("web"))["SECRET"]);
        await convox.EnvSetAsync("web", new Dictionary<string, string> { ["SECRET"] = "changed" });
        using (var console = new ConsoleClient(again, token, first.Organization))
        {
            await console.NextCheckpointAsync();
            await File.WriteAllTextAsync(In("bundle"), await console.ExportAsync());
        }

        // The log goes on from what the backup knew, says so, and tells what is of the other history.
        string[] verify = ["audit", "verify", In("bundle"), "--key", key, "--since"];
        var said = await palisade.DoAsync([.. verify, In("before")]);
        Assert.Contains("Note: There is a declared fork", said, StringComparison.Ordinal);
        await palisade.FailAsync(65, "FAULT fork", [.. verify, In("after")]);
    }

    /// <summary>Asks the server for one as its operator; gives its folder.</summary>
    private static async Task<string> BackUpAsync(ServerProcess server, ConsoleClient console, string first)
    {
        await console.SendAsync(HttpMethod.Put, "account/password", new { current = first, replacement = Password });
        var issued = await console.SendAsync(
            HttpMethod.Post,
            "account/operator-tokens",
            new { password = Password, name = "backup" }
        );
        using var client = new ConsoleClient(server, issued.GetProperty("token").GetString()!, "");
        var id = (await client.SendAsync(HttpMethod.Post, "operator/backups", new { })).GetProperty("id").GetString()!;
        await Poll.UntilAsync(
            async () =>
                JsonElement
                    .Parse(await client.GetAsync("operator/backups"))
                    .GetProperty("items")[0]
                    .GetProperty("status")
                    .GetString() == "Done",
            TimeSpan.FromMinutes(1),
            "the backup"
        );
        return Path.Combine(server.Data, "backups", id);
    }

    private static async Task<string> SignInAsync(ServerProcess server, string email)
    {
        using var browser = new PageClient(server.Url);
        await browser.SubmitAsync("/login", "sign-in", ("Form.Email", email), ("Form.Password", Password));
        var made = await browser.SubmitAsync("/account/tokens", "issue", ("Issue.Name", "laptop"), ("Issue.Days", "1"));
        return Regex.Match(made.Text, "plt_[0-9A-Za-z]{49}").Value;
    }

    private string In(string name) => Path.Combine(_folder, name);
}
