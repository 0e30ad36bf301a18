using Palisade.Domain.Access;
using Palisade.Domain.Orgs;
using Palisade.Grains.Orgs;
using Palisade.Web.Console;
using Palisade.Web.Console.Keys;
using Palisade.Web.Console.People;
using static Palisade.Web.Tests.Console.People.PeopleWorld;

namespace Palisade.Web.Tests.Console.People;

/// <summary>What an administrator does to members, where it succeeds.</summary>
public sealed class MembersTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    [Fact]
    public async Task A_members_roles_are_changed_and_count_for_the_next_request()
    {
        await world.AddMemberAsync("mia", RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2));
        Assert.Equal(403, (await world.SendAsync<Page<MemberJson>>("mia", "GET", "/orgs/acme/members")).Status);

        var changed = await world.SendAsync<object>(
            "ada",
            "PUT",
            "/orgs/acme/members/mia/roles",
            new SetRolesJson([On("Auditor"), On("Deployer", "staging")])
        );

        Assert.Equal(204, changed.Status);
        var members = await world.SendAsync<Page<MemberJson>>("mia", "GET", "/orgs/acme/members?limit=500");
        Assert.Equal(200, members.Status);
        Assert.Equal(
            ["Auditor", "Deployer"],
            members.Value!.Items.Single(m => m.Id == "mia").Roles.Select(r => r.Role).Order()
        );
        Assert.Equal(
            "member.not_found",
            (
                await world.SendAsync<object>(
                    "ada",
                    "PUT",
                    "/orgs/acme/members/nobody/roles",
                    new SetRolesJson([On("Auditor")])
                )
            )
                .Problem!
                .Code
        );
    }

    [Fact]
    public async Task Who_is_removed_is_out_at_once_and_the_chosen_keys_that_they_knew_get_new_secrets()
    {
        await world.AddMemberAsync("gabe", RoleGrant.OnAllRacks(BuiltInRoles.Administrator));
        var (rolled, kept) = (await KeyAsync("gabes"), await KeyAsync("gabes-other"));

        var refused = await RemoveAsync("gabe", rolled.Key.Id, "x/../key");
        Assert.Equal((404, "key.not_found"), (refused.Status, refused.Problem!.Code));
        Assert.Equal(200, (await world.SendAsync<Page<MemberJson>>("gabe", "GET", "/orgs/acme/members")).Status);
        var removed = await RemoveAsync("gabe", rolled.Key.Id, "key-0123456789ab");

        Assert.Equal(404, (await world.SendAsync<Page<MemberJson>>("gabe", "GET", "/orgs/acme/members")).Status);
        Assert.Equal(200, removed.Status);
        var (mine, unknown) = (removed.Value!.Rolled[0], removed.Value.Rolled[1]);
        Assert.Equal((rolled.Key.Id, null), (mine.Id, mine.Problem));
        Assert.Equal(("key-0123456789ab", null), (unknown.Id, unknown.Secret));
        Assert.Contains("no such deploy key", unknown.Problem, StringComparison.Ordinal);
        Assert.Equal(
            (401, 200, 200),
            (await UseAsync(rolled.Secret), await UseAsync(mine.Secret!), await UseAsync(kept.Secret))
        );
    }

    [Fact]
    public async Task S15_nobody_resets_an_account_that_another_organization_has_too()
    {
        await world.AddMemberAsync("both", RoleGrant.OnAllRacks(BuiltInRoles.Auditor));
        Assert.True(
            (
                await world
                    .Grains.GetGrain<IOrgGrain>("other")
                    .AddMemberAsync(
                        ConsoleWorld.User("eve", "other"),
                        "both",
                        [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)]
                    )
            ).Ok
        );

        var refused = await world.SendAsync<ResetAnswerJson>(
            "ada",
            "POST",
            "/orgs/acme/members/both/reset",
            new ResetJson(true, false)
        );

        Assert.Equal((403, "member.shared_account"), (refused.Status, refused.Problem!.Code));
        Assert.Equal(200, (await world.SendAsync<AccountJson>("both", "GET", "/account")).Status);
    }

    private async Task<IssuedKeyJson> KeyAsync(string name) =>
        (
            await world.SendAsync<IssuedKeyJson>(
                "gabe",
                "POST",
                "/orgs/acme/keys",
                new KeyBody { Name = name, Racks = Selector.Name("staging") }
            )
        ).Value!;

    private Task<(int Status, RemovedJson? Value, ProblemJson? Problem)> RemoveAsync(
        string user,
        params string[] roll
    ) => world.SendAsync<RemovedJson>("ada", "POST", $"/orgs/acme/members/{user}/remove", new RemoveJson([.. roll]));

    private async Task<int> UseAsync(string secret)
    {
        world.UseToken("the key", secret);
        using var client = world.Client("the key");
        using var answer = await client.GetAsync("/racks");
        return (int)answer.StatusCode;
    }
}
