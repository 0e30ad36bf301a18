using System.Text.Json;
using Palisade.Web.Console;

namespace Palisade.Web.Tests.Console.People;

/// <summary>
/// Whoever is let in is let in to roles and racks that somebody named: nothing is assumed where a body says nothing.
/// </summary>
public sealed class ExplicitChoiceTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    public static TheoryData<string, string, string> Silent =>
        new()
        {
            // No role is preselected.
            { "POST invites", """{"open":true}""", "body.invalid" },
            { "POST invites", """{"open":true,"roles":null}""", "body.invalid" },
            { "POST invites", """{"open":true,"roles":[]}""", "member.roles_missing" },
            { "POST invites", """{"open":true,"roles":[{"racks":{"all":true}}]}""", "body.invalid" },
            { "PUT members/dev/roles", """{}""", "body.invalid" },
            { "PUT members/dev/roles", """{"roles":[]}""", "member.roles_missing" },
            { "POST groups", """{"name":"Silent"}""", "body.invalid" },
            // All racks is an explicit choice.
            { "POST invites", """{"open":true,"roles":[{"role":"Auditor"}]}""", "body.invalid" },
            { "POST invites", """{"open":true,"roles":[{"role":"Auditor","racks":null}]}""", "body.invalid" },
            { "POST invites", """{"open":true,"roles":[{"role":"Auditor","racks":{}}]}""", "access.bad_selector" },
            {
                "POST invites",
                """{"open":true,"roles":[{"role":"Auditor","racks":{"all":false}}]}""",
                "access.bad_selector"
            },
            {
                "POST invites",
                """{"open":true,"roles":[{"role":"Auditor","racks":{"names":[]}}]}""",
                "access.bad_selector"
            },
            {
                "POST invites",
                """{"open":true,"roles":[{"role":"Auditor","racks":{"all":true,"names":["staging"]}}]}""",
                "access.bad_selector"
            },
            { "PUT members/dev/roles", """{"roles":[{"role":"Auditor","racks":{}}]}""", "access.bad_selector" },
            { "POST groups", """{"name":"Silent","roles":[{"role":"Auditor"}]}""", "body.invalid" },
            { "POST groups", """{"name":"Silent","roles":[{"role":"Auditor","racks":{}}]}""", "access.bad_selector" },
            { "POST keys", """{"name":"silent"}""", "body.invalid" },
            { "POST keys", """{"name":"silent","racks":null}""", "body.invalid" },
            { "POST keys", """{"name":"silent","racks":{}}""", "body.invalid" },
            { "POST keys", """{"name":"silent","racks":{"kind":"DenyAll"}}""", "access.bad_selector" },
            { "POST keys", """{"name":"silent","racks":{"kind":"List","names":[]}}""", "access.bad_selector" },
        };

    [Theory]
    [MemberData(nameof(Silent))]
    public async Task S17_without_named_roles_and_racks_nobody_and_no_key_is_let_in(
        string route,
        string body,
        string code
    )
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);

        var refused = await world.SendAsync<object>("ada", method, $"/orgs/acme/{path}", JsonElement.Parse(body));

        Assert.Equal((400, code), (refused.Status, refused.Problem?.Code));
    }
}
