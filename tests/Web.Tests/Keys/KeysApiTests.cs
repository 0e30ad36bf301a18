using System.Text.RegularExpressions;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Domain.Users;
using Palisade.Storage.Journal;
using Palisade.Web.Console;
using Palisade.Web.Console.Access;
using Palisade.Web.Console.Keys;
using Palisade.Web.Tests.Console;

namespace Palisade.Web.Tests.Keys;

/// <summary>Deploy keys in the console API.</summary>
public sealed class KeysApiTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private readonly KeyStage _stage = new(world);

    [Fact]
    public async Task A_new_key_comes_with_its_secret_once_and_the_lines_for_a_CI()
    {
        var body = KeyStage.Body("pipeline") with
        {
            Racks = Selector.List("staging", "prod"),
            Apps = Selector.Name("web"),
            UseLimit = 5,
        };

        var issued = await _stage.IssueAsync(body);

        Assert.True(Tokens.TryParse(issued.Secret, out var kind));
        Assert.Equal(TokenKind.DeployKey, kind);
        Assert.Equal(
            $"export CONVOX_HOST=localhost:{world.Port} CONVOX_PASSWORD={issued.Secret}; convox deploy -r acme/staging -a web",
            issued.CommandLine
        );
        Assert.DoesNotContain(issued.Secret, issued.GitHubActions, StringComparison.Ordinal);
        Assert.Contains(
            "CONVOX_PASSWORD: ${{ secrets.CONVOX_PASSWORD }}\n",
            issued.GitHubActions,
            StringComparison.Ordinal
        );
        Assert.Contains("run: convox deploy -r acme/staging -a web\n", issued.GitHubActions, StringComparison.Ordinal);
        var shown = (await world.SendAsync<KeyJson>("ada", "GET", $"/orgs/acme/keys/{issued.Key.Id}")).Value!;
        Assert.Equal(
            ("pipeline", KeyStatus.Active, 5, 0, "ada"),
            (shown.Name, shown.Status, shown.UseLimit, shown.Uses, shown.MadeBy)
        );
        Assert.DoesNotContain(issued.Secret, issued.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_key_did_not_use_is_told_to_who_may_explain()
    {
        var issued = await _stage.IssueAsync(KeyStage.Body("idle"));
        var path = $"/orgs/acme/keys/{issued.Key.Id}/unused";

        var sized = await world.SendAsync<RightSizedJson[]>("audi", "GET", path);

        Assert.Equal("deploy-key-defaults", Assert.Single(sized.Value!).Role);
        Assert.Contains("process.run", sized.Value![0].Unused);
        Assert.Equal(403, (await world.SendAsync<RightSizedJson[]>("dev", "GET", path)).Status);
        Assert.Equal(404, (await world.SendAsync<RightSizedJson[]>("eve", "GET", path)).Status);
        Assert.Equal(
            (404, "key.not_found"),
            await world.SendAsync<RightSizedJson[]>("audi", "GET", "/orgs/acme/keys/key-000000000000/unused")
                is var none
                ? (none.Status, none.Problem?.Code)
                : default
        );
    }

    [Theory]
    [InlineData("ada", 201, 200, 200, 200, 200, 204)]
    [InlineData("audi", 403, 200, 200, 403, 403, 403)]
    [InlineData("dev", 403, 403, 403, 403, 403, 403)]
    [InlineData("eve", 404, 404, 404, 404, 404, 404)]
    [InlineData(null, 401, 401, 401, 401, 401, 401)]
    public async Task Who_may_do_what_with_keys(
        string? user,
        int create,
        int list,
        int get,
        int update,
        int roll,
        int delete
    )
    {
        var path = $"/orgs/acme/keys/{(await _stage.IssueAsync()).Key.Id}";

        Assert.Equal(
            create,
            (await world.SendAsync<IssuedKeyJson>(user, "POST", "/orgs/acme/keys", KeyStage.Body())).Status
        );
        Assert.Equal(list, (await world.SendAsync<Page<KeyJson>>(user, "GET", "/orgs/acme/keys")).Status);
        Assert.Equal(get, (await world.SendAsync<KeyJson>(user, "GET", path)).Status);
        Assert.Equal(update, (await world.SendAsync<KeyJson>(user, "PUT", path, KeyStage.Body())).Status);
        Assert.Equal(
            roll,
            (await world.SendAsync<IssuedKeyJson>(user, "POST", path + "/roll", new RollBody(0))).Status
        );
        Assert.Equal(delete, (await world.SendAsync<object>(user, "DELETE", path)).Status);
    }

    [Fact]
    public async Task S15_who_keeps_keys_makes_none_that_may_do_what_they_may_not()
    {
        var role = await world
            .Grains.GetGrain<Palisade.Grains.Orgs.IOrgGrain>("acme")
            .CreateRoleAsync(
                ConsoleWorld.User("ada"),
                "key keeper",
                [Policy.Allow(ResourceType.DeployKeys, Policy.Write)]
            );
        await world.AddMemberAsync(
            "kim",
            new RoleGrant(role.Value, Selector.AllowAll),
            new RoleGrant(BuiltInRoles.DeveloperV2.Id, Selector.Name("staging"))
        );

        var (own, far, wide) = (
            KeyStage.Body(),
            KeyStage.Body() with
            {
                Racks = Selector.Name("prod"),
            },
            KeyStage.Body() with
            {
                Roles = [BuiltInRoles.OperatorV2.Id],
            }
        );

        Assert.Equal(201, (await world.SendAsync<IssuedKeyJson>("kim", "POST", "/orgs/acme/keys", own)).Status);
        Assert.Equal(
            "access.escalation",
            (await world.SendAsync<IssuedKeyJson>("kim", "POST", "/orgs/acme/keys", far)).Problem?.Code
        );
        Assert.Equal(
            "access.escalation",
            (await world.SendAsync<IssuedKeyJson>("kim", "POST", "/orgs/acme/keys", wide)).Problem?.Code
        );
        var theirs = await _stage.IssueAsync(far);
        Assert.Equal(
            "access.escalation",
            (
                await world.SendAsync<IssuedKeyJson>(
                    "kim",
                    "POST",
                    $"/orgs/acme/keys/{theirs.Key.Id}/roll",
                    new RollBody(0)
                )
            )
                .Problem
                ?.Code
        );
        Assert.Equal(204, (await world.SendAsync<object>("kim", "DELETE", $"/orgs/acme/keys/{theirs.Key.Id}")).Status);
    }

    [Theory]
    [InlineData("/orgs/acme/keys/key-000000000000", "GET")]
    [InlineData("/orgs/acme/keys/nonsense", "DELETE")]
    [InlineData("/orgs/other/keys/key-000000000000", "GET")]
    public async Task An_unknown_key_is_absent(string path, string method) =>
        Assert.Equal(404, (await world.SendAsync<object>("ada", method, path)).Status);

    [Fact]
    public async Task Bad_input_is_told_and_nothing_is_made()
    {
        Assert.Equal(
            (400, "body.invalid"),
            Short(await world.SendAsync<object>("ada", "POST", "/orgs/acme/keys", new { name = "no-racks" }))
        );
        Assert.Equal(
            (400, "key.name_invalid"),
            Short(await world.SendAsync<object>("ada", "POST", "/orgs/acme/keys", KeyStage.Body("CI key")))
        );
        Assert.Equal(
            (400, "access.bad_selector"),
            Short(
                await world.SendAsync<object>(
                    "ada",
                    "POST",
                    "/orgs/acme/keys",
                    KeyStage.Body() with
                    {
                        Racks = Selector.DenyAll,
                    }
                )
            )
        );
        Assert.Equal(
            (400, "key.networks_invalid"),
            Short(
                await world.SendAsync<object>(
                    "ada",
                    "POST",
                    "/orgs/acme/keys",
                    KeyStage.Body() with
                    {
                        Networks = ["x"],
                    }
                )
            )
        );
        await _stage.IssueAsync(KeyStage.Body("taken"));
        Assert.Equal(
            (409, "key.name_taken"),
            Short(await world.SendAsync<object>("ada", "POST", "/orgs/acme/keys", KeyStage.Body("taken")))
        );
        var names = (await world.SendAsync<Page<KeyJson>>("ada", "GET", "/orgs/acme/keys?limit=500"))
            .Value!.Items.Select(k => k.Name)
            .ToList();
        Assert.DoesNotContain("no-racks", names);
        Assert.Single(names, "taken");
    }

    [Fact]
    public async Task A_leaked_key_reports_itself_is_revoked_at_once_and_says_what_it_did()
    {
        await _stage.AppAsync();
        var key = await _stage.IssueAsync();
        Assert.Equal(200, (await _stage.CallAsync(key.Secret, "POST", "/apps/web/releases", "env=A%3D1")).Status);
        Assert.Equal(403, (await _stage.CallAsync(key.Secret, "GET", "/apps/web/releases")).Status);
        Assert.Equal(200, (await _stage.CallAsync(key.Secret, "GET", "/apps/web")).Status);
        Assert.Equal(200, (await _stage.CallAsync(key.Secret, "GET", "/apps/web")).Status);

        var report = (
            await world.SendAsync<LeakReport>(null, "POST", "/keys/report", new ReportBody(key.Secret))
        ).Value!;

        Assert.Equal(
            (ReportOutcome.Revoked, "acme", key.Key.Id, key.Key.Name, false),
            (report.Outcome, report.Organization, report.Key, report.Name, report.More)
        );
        Assert.Equal(
            [("app.env.set", "staging/web", EntryResult.Ok), ("release.list", "staging/web", EntryResult.Denied)],
            report
                .Did.OrderBy(a => a.Operation, StringComparer.Ordinal)
                .Select(a => (a.Operation, a.Resource, a.Result))
        );
        Assert.Equal(
            [("app.env.set", true), ("app.get", true), ("release.list", false)],
            report
                .Uses.Where(u => u.Resource == "staging/web")
                .OrderBy(u => u.Operation, StringComparer.Ordinal)
                .Select(u => (u.Operation, u.Allowed))
        );
        Assert.InRange(report.Uses.Single(u => u.Operation == "app.get").Count, 2, long.MaxValue);
        Assert.All(report.Did, act => Assert.Equal("convox.go/dev", act.Client));
        Assert.Equal(401, (await _stage.CallAsync(key.Secret, "GET", "/racks")).Status);
        var shown = (await world.SendAsync<KeyJson>("ada", "GET", $"/orgs/acme/keys/{key.Key.Id}")).Value!;
        Assert.Equal(KeyStatus.Reported, shown.Status);
        Assert.NotNull(shown.Reported);
        var record = Assert.Single(
            await world.Store.Journal.SearchAsync(
                new EntryFilter
                {
                    Org = "acme",
                    Operation = "key.report",
                    ActorId = key.Key.Id,
                }
            )
        );
        Assert.Contains(key.Key.Name, record.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret, record.Body, StringComparison.Ordinal);

        var again = (
            await world.SendAsync<LeakReport>(null, "POST", "/keys/report", new ReportBody(key.Secret))
        ).Value!;
        Assert.Equal(ReportOutcome.AlreadyEnded, again.Outcome);
        Assert.Empty(again.Did);
    }

    [Fact]
    public async Task An_old_secret_neither_ends_its_key_nor_shows_what_it_did()
    {
        var first = await _stage.IssueAsync();
        var second = (
            await world.SendAsync<IssuedKeyJson>("ada", "POST", $"/orgs/acme/keys/{first.Key.Id}/roll", new RollBody(0))
        ).Value!;

        var report = (
            await world.SendAsync<LeakReport>(null, "POST", "/keys/report", new ReportBody(first.Secret))
        ).Value!;

        Assert.Equal(ReportOutcome.AlreadyEnded, report.Outcome);
        Assert.Equal(200, (await _stage.CallAsync(second.Secret, "GET", "/racks")).Status);
    }

    [Fact]
    public async Task A_report_without_a_key_of_ours_is_refused()
    {
        Assert.Equal(
            (404, "key.not_found"),
            Short(
                await world.SendAsync<object>(
                    null,
                    "POST",
                    "/keys/report",
                    new ReportBody(Fakes.World.NewToken(TokenKind.DeployKey))
                )
            )
        );
        Assert.Equal(
            (400, "key.report_invalid"),
            Short(await world.SendAsync<object>(null, "POST", "/keys/report", new ReportBody(world.Token("ada"))))
        );
        Assert.Equal(
            (400, "key.report_invalid"),
            Short(await world.SendAsync<object>(null, "POST", "/keys/report", new ReportBody("x")))
        );
    }

    [Fact]
    public async Task S10_the_scanner_pattern_is_published_and_finds_every_kind_of_secret()
    {
        var published = (await world.SendAsync<TokenPatterns>(null, "GET", "/token-patterns")).Value!;

        Assert.Equal("/api/v1/keys/report", published.Report);
        foreach (var kind in Enum.GetValues<TokenKind>())
        {
            var secret = Fakes.World.NewToken(kind);
            Assert.Equal(secret, Regex.Match($"PASSWORD={secret}\n", published.Pattern).Value);
            Assert.Contains(secret[..4], published.Prefixes.Keys);
        }
    }

    private static (int, string?) Short((int Status, object? Value, ProblemJson? Problem) answer) =>
        (answer.Status, answer.Problem?.Code);
}
