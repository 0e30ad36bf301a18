using Palisade.Domain.Access;
using Palisade.Domain.Users;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;
using Palisade.Web.Console.Keys;
using Palisade.Web.Tests.Console;

namespace Palisade.Web.Tests.Keys;

/// <summary>A deploy key as a credential of the wire API.</summary>
public sealed class DeployKeyCredentialTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private readonly KeyStage _stage = new(world);

    [Fact]
    public async Task Login_with_a_key_is_refused_with_what_the_client_shows_as_an_invalid_login()
    {
        var key = await _stage.IssueAsync();

        var (status, _, text) = await _stage.CallAsync(key.Secret, "GET", "/auth");

        Assert.Equal(401, status);
        Assert.Contains("invalid login", text, StringComparison.Ordinal);
        Assert.Contains("CONVOX_PASSWORD", text, StringComparison.Ordinal);
        Assert.DoesNotContain("cli token is expired", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown", "it is unknown here")]
    [InlineData("expired", "its time is over")]
    [InlineData("revoked", "it was revoked")]
    [InlineData("deleted", "it was revoked")]
    [InlineData("elsewhere", "it may not be used from this address")]
    [InlineData("rolled", "it was revoked")]
    [InlineData("mistyped", "it is mistyped")]
    public async Task S11_a_key_that_is_not_good_gets_a_401_whose_text_the_client_shows(string kind, string cause)
    {
        var key = await _stage.IssueAsync(
            kind == "elsewhere" ? KeyStage.Body() with { Networks = ["203.0.113.0/24"] } : null
        );
        var (secret, path) = (key.Secret, $"/orgs/acme/keys/{key.Key.Id}");
        switch (kind)
        {
            case "unknown":
                secret = Fakes.World.NewToken(TokenKind.DeployKey);
                break;
            case "mistyped":
                secret = secret[..^1] + (secret[^1] == '0' ? '1' : '0');
                break;
            case "expired":
                await ChangeTicketAsync(
                    secret,
                    ticket => ticket with { Expires = DateTimeOffset.UtcNow.AddSeconds(-1) }
                );
                break;
            case "revoked":
                await ChangeTicketAsync(secret, ticket => ticket with { Revoked = DateTimeOffset.UtcNow });
                break;
            case "deleted":
                Assert.Equal(204, (await world.SendAsync<object>("ada", "DELETE", path)).Status);
                break;
            case "rolled":
                Assert.Equal(
                    200,
                    (await world.SendAsync<IssuedKeyJson>("ada", "POST", path + "/roll", new RollBody(0))).Status
                );
                break;
            default:
                break;
        }

        var (status, _, text) = await _stage.CallAsync(secret, "GET", "/racks");

        Assert.Equal(401, status);
        Assert.Contains("cli token is expired", text, StringComparison.Ordinal);
        Assert.Contains(cause, text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_bound_to_networks_works_from_these()
    {
        var key = await _stage.IssueAsync(KeyStage.Body() with { Networks = ["127.0.0.0/8", "::1"] });

        Assert.Equal(200, (await _stage.CallAsync(key.Secret, "GET", "/racks")).Status);
    }

    [Fact]
    public async Task While_a_key_is_rolled_both_secrets_work_and_its_last_use_is_shown()
    {
        var first = await _stage.IssueAsync();
        var path = $"/orgs/acme/keys/{first.Key.Id}";
        Assert.Null((await world.SendAsync<KeyJson>("ada", "GET", path)).Value!.LastUse);

        var second = (await world.SendAsync<IssuedKeyJson>("ada", "POST", path + "/roll", new RollBody(3_600))).Value!;

        Assert.Equal(200, (await _stage.CallAsync(first.Secret, "GET", "/racks")).Status);
        Assert.Equal(200, (await _stage.CallAsync(second.Secret, "GET", "/racks")).Status);
        Assert.Equal(first.Key.Id, second.Key.Id);
        var shown = (await world.SendAsync<KeyJson>("ada", "GET", path)).Value!;
        Assert.Equal(2, shown.Secrets.Length);
        Assert.Equal(
            ("convox.go/dev", shown.Secrets[1].CredentialId),
            (shown.LastUse!.Client, shown.LastUse.CredentialId)
        );
        Assert.Contains(shown.LastUse.Ip, new[] { "127.0.0.1", "::1" });
    }

    [Fact]
    public async Task S29_a_key_that_is_deleted_loses_its_open_streams_within_five_seconds()
    {
        await _stage.AppAsync();
        var key = await _stage.IssueAsync();
        using var socket = await _stage.OpenAsync(key.Secret, "/apps/web/logs");

        Assert.Equal(204, (await world.SendAsync<object>("ada", "DELETE", $"/orgs/acme/keys/{key.Key.Id}")).Status);
        var text = await KeyStage.FirstAsync(socket);

        Assert.Contains("it was revoked", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S29_a_key_that_loses_a_right_loses_the_streams_that_it_opened_by_it()
    {
        await _stage.AppAsync();
        var body = KeyStage.Body();
        var key = await _stage.IssueAsync(body);
        using var socket = await _stage.OpenAsync(key.Secret, "/apps/web/logs");

        Assert.Equal(
            200,
            (
                await world.SendAsync<KeyJson>(
                    "ada",
                    "PUT",
                    $"/orgs/acme/keys/{key.Key.Id}",
                    body with
                    {
                        Apps = Selector.Name("api"),
                    }
                )
            ).Status
        );
        var text = await KeyStage.FirstAsync(socket);

        Assert.Contains("no longer allowed app.logs", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_use_limit_is_exact_when_real_requests_race_for_it()
    {
        const int Limit = 5;
        string[] apps = ["race-a", "race-b", "race-c"];
        foreach (var app in apps)
        {
            await _stage.AppAsync(app);
        }

        var key = await _stage.IssueAsync(KeyStage.Body() with { UseLimit = Limit });

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 24)
                .Select(i =>
                    Task.Run(() =>
                        _stage.CallAsync(key.Secret, "POST", $"/apps/{apps[i % apps.Length]}/releases", $"env=N%3D{i}")
                    )
                )
        );

        Assert.Equal(Limit, answers.Count(a => a.Status == 200));
        Assert.All(answers.Where(a => a.Status != 200), a => Assert.Equal((429, "key.used_up"), (a.Status, a.Code)));
        var shown = (await world.SendAsync<KeyJson>("ada", "GET", $"/orgs/acme/keys/{key.Key.Id}")).Value!;
        Assert.Equal((Limit, KeyStatus.UsedUp), (shown.Uses, shown.Status));
        Assert.Equal(200, (await _stage.CallAsync(key.Secret, "GET", "/apps/race-a")).Status);
    }

    [Fact]
    public async Task What_no_grain_commits_is_a_use_too_and_an_upload_before_a_build_is_none()
    {
        await _stage.AppAsync();
        var key = await _stage.IssueAsync(KeyStage.Body() with { Roles = [BuiltInRoles.DeveloperV2.Id], UseLimit = 1 });
        const string Source = "/apps/web/objects/tmp/0123456789.tgz",
            Other = "/apps/web/objects/build/log";

        Assert.Equal(200, (await _stage.CallAsync(key.Secret, "POST", Source)).Status);
        Assert.Equal(200, (await _stage.CallAsync(key.Secret, "POST", Other)).Status);
        Assert.Equal("key.used_up", (await _stage.CallAsync(key.Secret, "POST", Other)).Code);
        Assert.Equal(200, (await _stage.CallAsync(key.Secret, "POST", Source)).Status);
    }

    private async Task ChangeTicketAsync(string secret, Func<Ticket, Ticket> change)
    {
        var ticket = await world.Store.Tickets.FindAsync(Tokens.Hash(new(secret)));
        Assert.IsType<Appended>(
            await world.Store.Journal.AppendAsync(
                new Append { Org = "acme", Tickets = [new TicketWrite.Put(change(ticket!))] }
            )
        );
    }
}
