using System.Net.Http.Json;
using Palisade.Domain.Access;
using Palisade.Storage.Journal;
using Palisade.Web.Console;
using Palisade.Web.Console.Operator;
using Palisade.Web.Console.People;

namespace Palisade.Web.Tests.Console;

public sealed class IdempotencyTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private const string Op = ConsoleWorld.OperatorName;

    [Fact]
    public async Task A_request_sent_twice_under_one_key_has_one_effect_and_one_answer()
    {
        var body = new CreateOrgJson("once", "dev");

        var first = await SendAsync(Op, "/operator/orgs", "key-1", body);
        var second = await SendAsync(Op, "/operator/orgs", "key-1", body);
        var without = await SendAsync(Op, "/operator/orgs", null, body);

        Assert.Equal((201, 201, 409), (first.Status, second.Status, without.Status));
        Assert.Equal(first.Body, second.Body);
        Assert.Single(
            await world.Store.Journal.SearchAsync(
                new EntryFilter
                {
                    Org = "once",
                    Operation = Operations.OrgCreate.Name,
                    Result = EntryResult.Ok,
                }
            ),
            e => e.Stream == StreamId.Org("once") && e.Seq == 1
        );
    }

    [Fact]
    public async Task Requests_raced_under_one_key_have_one_effect()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => SendAsync(Op, "/operator/backups", "key-raced", null))
        );

        Assert.All(answers, a => Assert.Equal(200, a.Status));
        Assert.Single(answers.Select(a => a.Body).Distinct());
    }

    [Fact]
    public async Task A_key_that_comes_again_with_something_else_is_refused()
    {
        Assert.Equal(
            204,
            (
                await SendAsync(
                    Op,
                    "/operator/outgoing-networks",
                    "key-2",
                    new AllowNetworksJson(["10.0.0.0/8"]),
                    "PUT"
                )
            ).Status
        );

        var other = await SendAsync(
            Op,
            "/operator/outgoing-networks",
            "key-2",
            new AllowNetworksJson(["10.0.0.0/9"]),
            "PUT"
        );

        Assert.Equal(409, other.Status);
        Assert.Contains("idempotency.reused", other.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_one_principal_are_not_anothers()
    {
        await world.AddMemberAsync("second", Domain.Orgs.RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        Assert.Equal(201, (await SendAsync(Op, "/operator/operators", "key-3", new AddOperatorJson("second"))).Status);
        var issued = await world.SendAsync<OperatorTokenJson>(
            "second",
            "POST",
            "/account/operator-tokens",
            new IssueOperatorTokenJson(ConsoleWorld.Password, "x")
        );
        world.UseToken("second-op", issued.Value!.Token);

        var theirs = await SendAsync("second-op", "/operator/orgs", "key-1", new CreateOrgJson("theirs", "dev"));

        Assert.Equal(201, theirs.Status);
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_never_kept()
    {
        var body = new IssueOperatorTokenJson(ConsoleWorld.Password, "kept?");

        var first = await SendAsync("opal", "/account/operator-tokens", "key-4", body);
        var second = await SendAsync("opal", "/account/operator-tokens", "key-4", body);

        Assert.Equal((201, 409), (first.Status, second.Status));
        Assert.Contains("idempotency.secret", second.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("plo_", second.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_persons_credentials_are_made_named_and_revoked_once()
    {
        await world.AddMemberAsync("ida", Domain.Orgs.RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        var body = new NewTokenJson("once");

        var raced = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => SendAsync("ida", "/account/tokens", "key-token", body))
        );
        var tokens = (await world.SendAsync<CredentialJson[]>("ida", "GET", "/account/tokens")).Value!;
        var id = tokens.Single(t => t.Name == "once").Id;

        Assert.Single(raced, a => a.Status == 201);
        Assert.All(
            raced.Where(a => a.Status != 201),
            a => Assert.Contains("idempotency.secret", a.Body, StringComparison.Ordinal)
        );
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                204,
                (await SendAsync("ida", $"/account/tokens/{id}", "key-name", new RenameJson("named"), "PATCH")).Status
            );
        }

        var reused = await SendAsync("ida", $"/account/tokens/{id}", "key-name", new RenameJson("other"), "PATCH");
        Assert.Contains("idempotency.reused", reused.Body, StringComparison.Ordinal);
        Assert.Equal(204, (await SendAsync("ida", $"/account/tokens/{id}", "key-end", null, "DELETE")).Status);
        Assert.Equal(204, (await SendAsync("ida", $"/account/tokens/{id}", "key-end", null, "DELETE")).Status);
    }

    [Fact]
    public async Task All_others_are_revoked_once_and_what_was_made_since_stays()
    {
        await world.AddMemberAsync("otto", Domain.Orgs.RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        await world.SendAsync<TokenJson>("otto", "POST", "/account/tokens", new NewTokenJson("before"));

        Assert.Equal(204, (await SendAsync("otto", "/account/tokens", "key-others", null, "DELETE")).Status);
        await world.SendAsync<TokenJson>("otto", "POST", "/account/tokens", new NewTokenJson("after"));
        Assert.Equal(204, (await SendAsync("otto", "/account/tokens", "key-others", null, "DELETE")).Status);

        Assert.Equal(["after", "test"], await NamesAsync());
        Assert.Single(
            await world.Store.Journal.SearchAsync(
                new EntryFilter
                {
                    Org = "",
                    ActorId = "otto",
                    Operation = Operations.TokenRevoke.Name,
                }
            )
        );
        var sessions = await SendAsync("otto", "/account/sessions", "key-others", null, "DELETE");
        Assert.Equal(204, sessions.Status);
        Assert.Equal(204, (await SendAsync("otto", "/account/tokens", "key-again", null, "DELETE")).Status);
        Assert.Equal(["test"], await NamesAsync());

        async Task<string[]> NamesAsync() =>
            [
                .. (await world.SendAsync<CredentialJson[]>("otto", "GET", "/account/tokens"))
                    .Value!.Select(token => token.Name)
                    .Order(StringComparer.Ordinal),
            ];
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("tab\tbed")]
    public async Task A_key_has_a_form(string key)
    {
        var answer = await SendAsync(Op, "/operator/orgs", key, new CreateOrgJson("never", "dev"));

        Assert.Equal(400, answer.Status);
        Assert.Contains("idempotency.bad_key", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_has_a_longest_form()
    {
        Assert.Equal(
            400,
            (await SendAsync(Op, "/operator/orgs", new string('k', 101), new CreateOrgJson("never", "dev"))).Status
        );
        Assert.Equal(
            404,
            (await SendAsync(Op, "/operator/orgs", new string('k', 100), new CreateOrgJson("never", "nobody"))).Status
        );
    }

    private async Task<(int Status, string Body)> SendAsync(
        string user,
        string path,
        string? key,
        object? body,
        string method = "POST"
    )
    {
        using var client = world.Client(user);
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: ConsoleJson.Options);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation(IdempotencyHeader.Name, key);
        }

        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
