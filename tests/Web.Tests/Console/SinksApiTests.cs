using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Orgs;
using Palisade.Storage.Journal;
using Palisade.Web.Console;
using Palisade.Web.Console.Audit;

namespace Palisade.Web.Tests.Console;

public sealed class SinksApiTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private const string Root = "/orgs/acme/audit/sinks";
    private const string Op = ConsoleWorld.OperatorName;

    [Fact]
    public async Task A_webhook_is_made_shown_changed_rolled_and_deleted_and_its_secret_is_shown_once()
    {
        var made = await world.SendAsync<IssuedSinkJson>("ada", "POST", Root, Webhook("life"));
        Assert.Equal(201, made.Status);
        Assert.StartsWith("whsec_", made.Value!.Secret, StringComparison.Ordinal);
        var path = $"{Root}/{made.Value.Sink.Id}";

        var shown = await world.SendAsync<SinkJson>("audi", "GET", path);
        Assert.Equal(
            ("life", "hooks.example.test", SinkKind.Webhook),
            (shown.Value!.Name, shown.Value.Host, shown.Value.Kind)
        );
        Assert.Single(shown.Value.Secrets);

        var changed = await world.SendAsync<SinkJson>(
            "ada",
            "PATCH",
            path,
            new SinkChangeBody("renamed", "https://other.example.test:8443/x?key=hidden", false)
        );
        Assert.Equal(("renamed", "other.example.test:8443"), (changed.Value!.Name, changed.Value.Host));
        Assert.Equal(SinkDecisions.ByHand, changed.Value.Paused!.Why);

        var rolled = await world.SendAsync<IssuedSinkJson>("ada", "POST", $"{path}/roll", new RollSinkBody(60));
        Assert.NotEqual(made.Value.Secret, rolled.Value!.Secret);
        Assert.Equal(2, rolled.Value.Sink.Secrets.Length);

        using var client = world.Client("audi");
        var all = await client.GetStringAsync(new Uri($"/api/v1{Root}", UriKind.Relative));
        Assert.Contains("renamed", all, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", all, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", all, StringComparison.Ordinal);

        Assert.Equal(204, (await world.SendAsync<Done>("ada", "DELETE", path)).Status);
        Assert.Equal("sink.not_found", (await world.SendAsync<SinkJson>("audi", "GET", path)).Problem!.Code);
        foreach (
            var operation in new[]
            {
                Operations.SinkCreate,
                Operations.SinkUpdate,
                Operations.SinkRoll,
                Operations.SinkDelete,
            }
        )
        {
            var records = await world.Store.Journal.SearchAsync(new() { Org = "acme", Operation = operation.Name });
            Assert.Contains(
                records,
                r => r.Actor.Id == "ada" && r.Body.Contains(made.Value.Sink.Id, StringComparison.Ordinal)
            );
            Assert.All(records, r => Assert.DoesNotContain("hidden", r.Body, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("GET", "", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("GET", "/{id}", "ada 200, audi 200, dev 403, eve 404, nobody 401")]
    [InlineData("POST", "", "ada 201, audi 403, dev 403, eve 404, nobody 401")]
    [InlineData("PATCH", "/{id}", "ada 200, audi 403, dev 403, eve 404, nobody 401")]
    [InlineData("POST", "/{id}/roll", "ada 200, audi 403, dev 403, eve 404, nobody 401")]
    [InlineData("POST", "/{id}/test", "ada 404, audi 403, dev 403, eve 404, nobody 401")]
    [InlineData("DELETE", "/{id}", "audi 403, dev 403, eve 404, nobody 401, ada 204")]
    public async Task Each_route_is_open_to_whom_its_operation_is_allowed(string method, string route, string expected)
    {
        var made = await world.SendAsync<IssuedSinkJson>("ada", "POST", Root, Webhook(Name()));
        var path = Root + route.Replace("{id}", made.Value!.Sink.Id, StringComparison.Ordinal);
        object? body = (method, route) switch
        {
            ("POST", "") => Webhook(Name()),
            ("PATCH", _) => new SinkChangeBody(),
            ("POST", "/{id}/roll") => new RollSinkBody(0),
            _ => null,
        };

        var seen = new List<string>();
        foreach (var who in expected.Split(", ").Select(item => item.Split(' ')[0]))
        {
            var answer = await world.SendAsync<object>(who == "nobody" ? null : who, method, path, body);
            seen.Add($"{who} {answer.Status}");
        }

        Assert.Equal(expected, string.Join(", ", seen));
        await DeleteAllAsync();
    }

    [Fact]
    public async Task S12_A_file_is_made_and_seen_by_the_operator_only_and_no_member_changes_it()
    {
        const string Files = "/operator/logs/acme/sinks";
        foreach (var who in new[] { "ada", "opal", "eve" })
        {
            var refused = await world.SendAsync<IssuedSinkJson>(
                who,
                "POST",
                $"{Files}/files",
                new FileSinkBody("disk")
            );
            Assert.Equal(403, refused.Status);
        }

        var made = await world.SendAsync<IssuedSinkJson>(Op, "POST", $"{Files}/files", new FileSinkBody("disk"));
        Assert.Equal((201, null), (made.Status, made.Value!.Secret));
        var id = made.Value.Sink.Id;
        var webhook = await world.SendAsync<IssuedSinkJson>("ada", "POST", Root, Webhook(Name()));

        // The organization knows where its records go; the operator knows nothing of what is the organization's.
        var listed = await world.SendAsync<Page<SinkJson>>("audi", "GET", Root);
        Assert.Contains(listed.Value!.Items, sink => sink.Id == id);
        Assert.Equal(id, Assert.Single((await world.SendAsync<Page<SinkJson>>(Op, "GET", Files)).Value!.Items).Id);
        var hidden = await world.SendAsync<SinkJson>(Op, "GET", $"{Files}/{webhook.Value!.Sink.Id}");
        Assert.Equal("sink.not_found", hidden.Problem!.Code);
        Assert.Equal(404, (await world.SendAsync<Done>(Op, "DELETE", $"{Files}/{webhook.Value.Sink.Id}")).Status);

        Assert.Equal(403, (await world.SendAsync<Done>("ada", "DELETE", $"{Root}/{id}")).Status);
        Assert.Equal(403, (await world.SendAsync<Done>("ada", "POST", $"{Root}/{id}/test")).Status);
        Assert.Equal(403, (await world.SendAsync<Done>("ada", "POST", $"{Files}/{id}/test")).Status);
        Assert.Equal(
            403,
            (await world.SendAsync<SinkJson>("ada", "PATCH", $"{Root}/{id}", new SinkChangeBody("x"))).Status
        );
        Assert.Equal(
            200,
            (await world.SendAsync<SinkJson>(Op, "PATCH", $"{Files}/{id}", new SinkChangeBody("y"))).Status
        );
        Assert.Equal(204, (await world.SendAsync<Done>(Op, "DELETE", $"{Files}/{id}")).Status);
        await DeleteAllAsync();
    }

    [Fact]
    public async Task S12_Who_may_make_sinks_but_not_export_makes_none()
    {
        var role = await world
            .Grains.GetGrain<IOrgGrain>("acme")
            .CreateRoleAsync(
                ConsoleWorld.User("ada"),
                "sinks",
                [Policy.Allow(ResourceType.AuditLogs, Operations.SinkCreate.Name)]
            );
        await world.AddMemberAsync("sam", new RoleGrant(role.Value, Selector.AllowAll));

        var refused = await world.SendAsync<IssuedSinkJson>("sam", "POST", Root, Webhook(Name()));

        Assert.Equal(403, refused.Status);
        var record = await world.Store.Journal.SearchAsync(
            new()
            {
                Org = "acme",
                ActorId = "sam",
                Operation = Operations.AuditExport.Name,
                Result = EntryResult.Denied,
            }
        );
        Assert.Single(record);
    }

    [Theory]
    [InlineData("/operator/logs/nowhere/sinks", "sink.no_log")]
    [InlineData("/operator/logs/_installation/sinks/sink-000000000000", "sink.not_found")]
    [InlineData("/operator/logs/acme/sinks?limit=0", "option.invalid")]
    public async Task The_operator_is_told_what_is_not_there(string path, string code) =>
        Assert.Equal(code, (await world.SendAsync<object>(Op, "GET", path)).Problem!.Code);

    [Fact]
    public async Task The_operator_keeps_webhooks_of_the_installations_log()
    {
        const string Sinks = "/operator/logs/_installation/sinks";
        var nowhere = await world.SendAsync<object>(
            Op,
            "POST",
            "/operator/logs/nowhere/sinks/files",
            new FileSinkBody("x")
        );
        Assert.Equal("sink.no_log", nowhere.Problem!.Code);
        var made = await world.SendAsync<IssuedSinkJson>(Op, "POST", $"{Sinks}/webhooks", Webhook("siem"));
        var path = $"{Sinks}/{made.Value!.Sink.Id}";

        Assert.Equal(
            200,
            (await world.SendAsync<IssuedSinkJson>(Op, "POST", $"{path}/roll", new RollSinkBody(0))).Status
        );
        Assert.Equal(403, (await world.SendAsync<SinkJson>("ada", "GET", path)).Status);
        Assert.Equal(204, (await world.SendAsync<Done>(Op, "DELETE", path)).Status);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "body.invalid")]
    [InlineData("""{"name":"X Y","url":"https://hooks.example.test/"}""", "sink.name_invalid")]
    [InlineData("""{"name":"x","url":"http://"}""", "outgoing.bad_url")]
    [InlineData("""{"name":"x","url":"https://hooks.example.test/","from":99999999}""", "sink.bad_start")]
    [InlineData("""{"name":"x","url":"https://hooks.example.test/","from":-1}""", "sink.bad_start")]
    public async Task Bad_input_is_named(string body, string code)
    {
        var refused = await world.SendAsync<object>("ada", "POST", Root, System.Text.Json.JsonElement.Parse(body));

        Assert.Equal((400, code), (refused.Status, refused.Problem!.Code));
    }

    private static WebhookBody Webhook(string name) => new(name, "https://hooks.example.test/in?key=hidden");

    private static string Name() => $"s{Guid.NewGuid():N}";

    private async Task DeleteAllAsync()
    {
        foreach (var sink in (await world.SendAsync<Page<SinkJson>>("audi", "GET", Root)).Value!.Items)
        {
            if (sink.Kind == SinkKind.Webhook)
            {
                await world.SendAsync<Done>("ada", "DELETE", $"{Root}/{sink.Id}");
            }
        }
    }
}
