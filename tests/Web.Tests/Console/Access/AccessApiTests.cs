using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Web.Console;
using Palisade.Web.Console.Access;
using Palisade.Web.Console.People;

namespace Palisade.Web.Tests.Console.Access;

/// <summary>
/// Roles, groups and their explanations over HTTP: ada is Administrator, audi may read everything, dev holds
/// DeveloperV2 on staging.
/// </summary>
public sealed class AccessApiTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private static readonly ImmutableArray<PolicyJson> Racks = [new(ResourceType.Racks, "Read")];
    private static readonly RacksJson All = new(All: true);

    [Fact]
    public async Task Each_route_is_open_to_who_has_its_operation_and_refused_to_who_has_not()
    {
        var role = await MakeRoleAsync("Routes");
        var group = await MakeGroupAsync("Routes");
        foreach (
            var (method, path, body, reads) in new (string, string, object?, bool)[]
            {
                ("GET", "/roles", null, true),
                ("GET", $"/roles/{role}", null, true),
                ("GET", $"/roles/{role}/unused", null, true),
                ("GET", "/groups", null, true),
                ("GET", "/access/who-can?operation=app.get&resource=staging/web", null, true),
                ("GET", "/access/what-can?user=ada", null, true),
                ("GET", "/members/dev/unused", null, true),
                ("POST", "/access/what-if", new WhatIfBody(Role: role, Policies: Racks), true),
                ("POST", "/roles", new RoleBody("Routes 2", Racks), false),
                ("POST", $"/roles/{role}/clone", new NameBody("Routes 3"), false),
                ("PUT", $"/roles/{role}", new RoleBody("Routes", Racks), false),
                ("POST", "/groups", new GroupBody("Routes 2", []), false),
                ("PATCH", $"/groups/{group}", new NameBody("Routes 4"), false),
                ("PUT", $"/groups/{group}/roles", new SetRolesJson([new("Auditor", All)]), false),
                ("POST", $"/groups/{group}/members", new GroupMembersBody(["audi"]), false),
                ("DELETE", $"/groups/{group}/members/audi", null, false),
                ("DELETE", $"/groups/{group}", null, false),
                ("DELETE", $"/roles/{role}", null, false),
            }
        )
        {
            Assert.Equal(401, await StatusAsync(null, method, path, body));
            Assert.Equal(403, await StatusAsync("dev", method, path, body));
            Assert.Equal(404, await StatusAsync("eve", method, path, body));
            Assert.True(!reads || await StatusAsync("audi", method, path, body) == 200, path);
            Assert.True(reads || await StatusAsync("audi", method, path, body) == 403, path);
            Assert.True(await StatusAsync("ada", method, path, body) is 200 or 201 or 204, $"{method} {path}");
        }
    }

    [Theory]
    [InlineData("/orgs/acme/settings", "org.get")]
    [InlineData("/orgs/acme/members", "member.list")]
    [InlineData("/orgs/acme/roles", "role.list")]
    public async Task A_read_is_counted_once_however_many_decide_it(string path, string operation)
    {
        await world.AddMemberAsync($"reader-{operation}", RoleGrant.OnAllRacks(BuiltInRoles.Administrator));
        for (var i = 0; i < 2; i++)
        {
            using var client = world.Client($"reader-{operation}");
            using var answer = await client.GetAsync(new Uri($"/api/v1{path}", UriKind.Relative));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        await world.Store.Usage.FlushAsync();
        var uses = await world.Store.History.ReadAsync(
            "acme",
            DateTimeOffset.UnixEpoch,
            new Principal(PrincipalKind.User, $"reader-{operation}", "")
        );
        Assert.Equal([(operation, 2)], uses.Select(use => (use.Operation, use.Count)));
    }

    [Fact]
    public async Task A_refusal_is_explained_to_the_one_who_got_it_and_to_who_may_explain()
    {
        var refused = await world.SendAsync<JsonElement>("dev", "GET", "/orgs/acme/roles");
        var id = refused.Problem?.DecisionId;
        Assert.Equal((403, "access.denied"), (refused.Status, refused.Problem?.Code));

        var own = await world.SendAsync<JsonElement>("dev", "GET", $"/orgs/acme/access/decisions/{id}");

        Assert.Equal(200, own.Status);
        Assert.Equal("role.list", own.Value.GetProperty("operation").GetString());
        Assert.Equal(
            "Roles:role.list on the organization",
            own.Value.GetProperty("explanation").GetProperty("smallestGrant").GetString()
        );
        Assert.Equal(200, await StatusAsync("audi", "GET", $"/access/decisions/{id}"));
        Assert.Equal(404, await StatusAsync("audi", "GET", "/access/decisions/000000000000"));
        await world.AddMemberAsync("curious", new RoleGrant("Deployer", Selector.Name("staging")));
        Assert.Equal(403, await StatusAsync("curious", "GET", $"/access/decisions/{id}"));
        Assert.Equal(404, await StatusAsync("eve", "GET", $"/access/decisions/{id}"));
    }

    [Fact]
    public async Task What_if_says_what_then_happens()
    {
        await world.AddMemberAsync("wil", new RoleGrant("Deployer", Selector.Name("staging")));
        ImmutableArray<GrantJson> roles = [new("Deployer", new(Names: ["staging"])), new("Auditor", All)];
        Assert.Equal(403, await StatusAsync("wil", "GET", "/roles"));

        var answer = await world.SendAsync<WhatIfAnswer>(
            "ada",
            "POST",
            "/orgs/acme/access/what-if",
            new WhatIfBody(Member: "wil", Roles: roles)
        );

        Assert.Contains(
            answer.Value!.Changes,
            c => c is { Operation: "role.list", Gained: true } && c.Ids.Contains("wil")
        );
        var changed = Assert.Single(answer.Value.Requests, r => r.Use.Principal.Id == "wil");
        Assert.Equal(("role.list", false, true), (changed.Use.Operation, changed.AllowedBefore, changed.AllowedAfter));
        Assert.Equal(403, await StatusAsync("wil", "GET", "/roles"));
        Assert.Equal(204, await StatusAsync("ada", "PUT", "/members/wil/roles", new SetRolesJson(roles)));
        Assert.Equal(200, await StatusAsync("wil", "GET", "/roles"));
    }

    [Fact]
    public async Task A_plan_tells_who_gains_what_and_which_requests_change_before_it_is_applied()
    {
        await world.AddMemberAsync("pam", new RoleGrant("Deployer", Selector.Name("staging")));
        Assert.Equal(403, await StatusAsync("pam", "GET", "/roles"));
        var text = "members:\n  - user: pam\n    roles:\n      - {role: Auditor, racks: \"*\"}\n";

        var plan = await world.SendAsync<PlanJson>("audi", "POST", "/orgs/acme/access/plan", new DocumentJson(text));
        var alone = await world.SendAsync<WhatIfAnswer>(
            "audi",
            "POST",
            "/orgs/acme/access/what-if",
            new WhatIfBody(Text: text)
        );

        var effect = plan.Value!.Effect;
        Assert.Contains(
            effect.Changes,
            c => c is { Operation: "role.list", Gained: true } && c.Ids.SequenceEqual(["pam"])
        );
        Assert.Contains(effect.Changes, c => c is { Operation: "release.promote", Gained: false });
        Assert.True(Assert.Single(effect.Requests, r => r.Use.Principal.Id == "pam").AllowedAfter);
        Assert.Equal(
            effect.Changes.Select(c => (c.Operation, c.Gained)),
            alone.Value!.Changes.Select(c => (c.Operation, c.Gained))
        );
        Assert.Equal((1, 0), (effect.Compared.Principals, effect.Compared.ResourcesLeftOut));
    }

    [Fact]
    public async Task A_role_is_answered_as_it_was_sent()
    {
        ImmutableArray<PolicyJson> policies =
        [
            new(
                ResourceType.Application,
                "Write",
                On: new(Pattern: "web-.*"),
                Racks: new(Names: ["staging", "prod"]),
                Without: ["app.exec"]
            ),
            new(ResourceType.Racks, "rack.get", On: new(Names: ["staging"])),
            new(ResourceType.Billing, "Write", Deny: true),
        ];
        var id = (
            await world.SendAsync<CreatedJson>("ada", "POST", "/orgs/acme/roles", new RoleBody("Whole", policies))
        )
            .Value!
            .Id;

        var read = (await world.SendAsync<RoleJson>("audi", "GET", $"/orgs/acme/roles/{id}")).Value!;

        Assert.Equal(
            JsonSerializer.Serialize(policies, ConsoleJson.Options),
            JsonSerializer.Serialize(read.Policies, ConsoleJson.Options)
        );
    }

    [Fact]
    public async Task A_text_is_planned_and_applied_and_a_stale_plan_is_answered_with_the_new_one()
    {
        var text = new DocumentJson("groups:\n  - name: Planned\n    roles:\n      - {role: Auditor, racks: \"*\"}\n");
        var path = "/orgs/acme/access/apply";
        var exported = (await world.SendAsync<DocumentJson>("audi", "GET", "/orgs/acme/access/document")).Value!;
        Assert.Equal(403, await StatusAsync("dev", "GET", "/access/document"));
        Assert.Equal(403, await StatusAsync("dev", "POST", "/access/plan", text));
        Assert.Equal(403, await StatusAsync("audi", "POST", "/access/apply", new ApplyBody(text.Text, "")));

        var stale = await world.SendAsync<AppliedJson>("ada", "POST", path, new ApplyBody(text.Text, "0"));
        var plan = (await world.SendAsync<PlanJson>("audi", "POST", "/orgs/acme/access/plan", text)).Value!;
        Assert.Equal((409, "access.stale_plan"), (stale.Status, stale.Problem?.Code));
        Assert.Equal(plan.Hash, Assert.IsType<JsonElement>(stale.Problem!.Instead).GetProperty("hash").GetString());
        Assert.Contains(
            plan.Steps,
            step => step is { Action: PlanAction.Create, Subject: PlanSubject.Group, Name: "Planned" }
        );

        Assert.Equal(
            plan.Hash,
            (await world.SendAsync<AppliedJson>("ada", "POST", path, new ApplyBody(text.Text, plan.Hash))).Value!.Hash
        );
        Assert.Empty((await world.SendAsync<PlanJson>("audi", "POST", "/orgs/acme/access/plan", text)).Value!.Steps);
        Assert.DoesNotContain("Planned", exported.Text, StringComparison.Ordinal);
        Assert.Equal(400, await StatusAsync("ada", "POST", "/access/plan", new DocumentJson("role:\n")));
    }

    [Fact]
    public async Task A_step_needs_its_own_operation_beside_apply()
    {
        var role = (
            await world.SendAsync<CreatedJson>(
                "ada",
                "POST",
                "/orgs/acme/roles",
                new RoleBody("Role keepers", [new(ResourceType.Roles, "Write")])
            )
        )
            .Value!
            .Id;
        await world.AddMemberAsync("kim", new RoleGrant(role, Selector.AllowAll));
        var text = new DocumentJson("members:\n  - user: kim\n    roles: []\n    groups: []\n");
        var members = new DocumentJson(
            $"members:\n  - user: dev\n    roles:\n      - {{role: Role keepers, racks: \"*\"}}\n"
        );
        var plan = (await world.SendAsync<PlanJson>("kim", "POST", "/orgs/acme/access/plan", members)).Value!;

        var refused = await world.SendAsync<AppliedJson>(
            "kim",
            "POST",
            "/orgs/acme/access/apply",
            new ApplyBody(members.Text, plan.Hash)
        );

        Assert.Equal((403, "access.denied"), (refused.Status, refused.Problem?.Code));
        Assert.Contains("member.roles.set", refused.Problem!.Detail, StringComparison.Ordinal);
        Assert.Equal(400, await StatusAsync("kim", "POST", "/access/plan", text));
    }

    [Theory]
    [InlineData("GET", "/access/who-can?operation=app.launch", "access.unknown_operation")]
    [InlineData("GET", "/access/who-can?operation=app.get&resource=a/b/c", "access.bad_resource")]
    [InlineData("GET", "/access/what-can?resource=a/b/c", "access.bad_resource")]
    public async Task A_question_that_makes_no_sense_says_what_to_do(string method, string path, string code)
    {
        var answer = await world.SendAsync<JsonElement>("ada", method, "/orgs/acme" + path);

        Assert.Equal((400, code), (answer.Status, answer.Problem?.Code));
        Assert.NotNull(answer.Problem?.Suggestion);
    }

    [Fact]
    public async Task A_proposal_is_one_change_and_well_formed()
    {
        async Task<string?> CodeAsync(WhatIfBody body) =>
            (await world.SendAsync<WhatIfAnswer>("ada", "POST", "/orgs/acme/access/what-if", body)).Problem?.Code;

        Assert.Equal("access.bad_proposal", await CodeAsync(new()));
        Assert.Equal("access.bad_proposal", await CodeAsync(new(Role: "r", Roles: [])));
        Assert.Equal("access.bad_proposal", await CodeAsync(new(Member: "dev", Join: ["dev"])));
        Assert.Equal("access.bad_proposal", await CodeAsync(new(Text: "roles: []", Delete: true)));
        Assert.Equal("access.bad_proposal", await CodeAsync(new(Group: "g", Delete: false)));
        Assert.Equal("role.name_taken", await CodeAsync(new(NewRole: new("Auditor", Racks))));
        Assert.Equal("role.not_found", await CodeAsync(new(Role: "role-x", Delete: true)));
        Assert.Equal("member.not_found", await CodeAsync(new(Member: "nobody", Delete: true)));
        Assert.Equal("group.not_found", await CodeAsync(new(Group: "group-x", Join: ["dev"])));
        Assert.Equal("group.not_found", await CodeAsync(new(Group: "group-x", Leave: ["dev"])));
        Assert.Equal("group.not_found", await CodeAsync(new(Group: "group-x", Delete: true)));
        Assert.Equal("access.bad_proposal", await CodeAsync(new(Role: "r", Member: "ada", Policies: Racks)));
        Assert.Equal("role.built_in", await CodeAsync(new(Role: "Auditor", Policies: Racks)));
        Assert.Equal("role.not_found", await CodeAsync(new(Role: "role-x", Policies: Racks)));
        Assert.Equal("member.not_found", await CodeAsync(new(Member: "nobody", Roles: [])));
        Assert.Equal("group.not_found", await CodeAsync(new(Group: "group-x", Roles: [])));
        Assert.Equal("role.unknown", await CodeAsync(new(Member: "dev", Roles: [new("Boss", All)])));
    }

    private async Task<int> StatusAsync(string? user, string method, string path, object? body = null) =>
        (await world.SendAsync<JsonElement>(user, method, "/orgs/acme" + path, body)).Status;

    private async Task<string> MakeRoleAsync(string name) =>
        (await world.SendAsync<CreatedJson>("ada", "POST", "/orgs/acme/roles", new RoleBody(name, Racks))).Value!.Id;

    private async Task<string> MakeGroupAsync(string name) =>
        (await world.SendAsync<CreatedJson>("ada", "POST", "/orgs/acme/groups", new GroupBody(name, []))).Value!.Id;
}
