using Palisade.Web.Console;
using Palisade.Web.Console.People;
using static Palisade.Web.Tests.Console.People.PeopleWorld;

namespace Palisade.Web.Tests.Console.People;

public sealed class AccountTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    [Fact]
    public async Task Dangerous_operations_of_who_has_a_second_factor_need_it_and_only_for_the_token_that_proved_it()
    {
        await world.AddMemberAsync("tess", Domain.Orgs.RoleGrant.OnAllRacks(Domain.Access.BuiltInRoles.Administrator));
        Assert.Equal(
            "password.wrong",
            (
                await world.SendAsync<FactorJson>(
                    "tess",
                    "POST",
                    "/account/second-factor",
                    new PasswordJson("a wrong one entirely")
                )
            )
                .Problem!
                .Code
        );
        var second = (
            await world.SendAsync<TokenJson>("tess", "POST", "/account/tokens", new NewTokenJson("other laptop"))
        ).Value!;

        var (spent, codes) = await world.EnrollAsync("tess");

        Assert.Equal(10, codes.Count);
        Assert.Equal(
            201,
            (
                await world.SendAsync<TokenJson>("tess", "POST", "/account/tokens", new NewTokenJson("just confirmed"))
            ).Status
        );
        world.UseToken("tess-other", second.Token);
        var refused = await world.SendAsync<TokenJson>("tess-other", "POST", "/account/tokens", new NewTokenJson("x"));
        Assert.Equal((403, "access.step_up"), (refused.Status, refused.Problem!.Code));
        Assert.Contains("step-up", refused.Problem.Suggestion, StringComparison.Ordinal);
        Assert.Equal(
            "access.step_up",
            (
                await world.SendAsync<RemovedJson>(
                    "tess-other",
                    "POST",
                    "/orgs/acme/members/audi/remove",
                    new RemoveJson([])
                )
            )
                .Problem!
                .Code
        );

        Assert.Equal(
            "factor.wrong",
            (await world.SendAsync<object>("tess-other", "POST", "/account/step-up", new CodeJson(spent))).Problem!.Code
        );
        Assert.Equal(
            204,
            (await world.SendAsync<object>("tess-other", "POST", "/account/step-up", new CodeJson(codes[0]))).Status
        );
        Assert.Equal(
            "factor.wrong",
            (await world.SendAsync<object>("tess-other", "POST", "/account/step-up", new CodeJson(codes[0])))
                .Problem!
                .Code
        );
        Assert.Equal(
            201,
            (await world.SendAsync<TokenJson>("tess-other", "POST", "/account/tokens", new NewTokenJson("x"))).Status
        );
        Assert.Equal(9, (await world.SendAsync<AccountJson>("tess", "GET", "/account")).Value!.RecoveryCodesLeft);
        Assert.Equal(204, (await world.SendAsync<object>("tess", "DELETE", "/account/second-factor")).Status);
        Assert.Null((await world.SendAsync<AccountJson>("tess", "GET", "/account")).Value!.SecondFactorSince);
    }

    [Fact]
    public async Task An_organization_that_requires_a_second_factor_refuses_everything_to_who_has_none()
    {
        await world.AddMemberAsync("root", Domain.Orgs.RoleGrant.OnAllRacks(Domain.Access.BuiltInRoles.Administrator));
        Assert.Equal(
            "org.second_factor_missing",
            (await world.SendAsync<object>("root", "PATCH", "/orgs/acme/settings", new ChangeOrgSettingsJson(true)))
                .Problem!
                .Code
        );
        await world.EnrollAsync("root");
        Assert.Equal(
            204,
            (
                await world.SendAsync<object>("root", "PATCH", "/orgs/acme/settings", new ChangeOrgSettingsJson(true))
            ).Status
        );

        var refused = await world.SendAsync<Page<MemberJson>>("audi", "GET", "/orgs/acme/members");
        var own = await world.SendAsync<AccountJson>("audi", "GET", "/account");

        Assert.Equal((403, "access.second_factor_required"), (refused.Status, refused.Problem!.Code));
        Assert.Equal(200, own.Status);
        Assert.Equal(200, (await world.SendAsync<Page<MemberJson>>("root", "GET", "/orgs/acme/members")).Status);
        Assert.Equal(
            204,
            (
                await world.SendAsync<object>("root", "PATCH", "/orgs/acme/settings", new ChangeOrgSettingsJson(false))
            ).Status
        );
        Assert.Equal(200, (await world.SendAsync<Page<MemberJson>>("audi", "GET", "/orgs/acme/members")).Status);
    }

    [Fact]
    public async Task S09_Tokens_are_made_with_life_and_networks_listed_named_and_revoked()
    {
        await world.AddMemberAsync("tom", Domain.Orgs.RoleGrant.OnAllRacks(Domain.Access.BuiltInRoles.Auditor));
        Assert.Equal(
            "token.lifetime_invalid",
            (await world.SendAsync<TokenJson>("tom", "POST", "/account/tokens", new NewTokenJson("x", 91)))
                .Problem!
                .Code
        );
        Assert.Equal(
            "token.network_invalid",
            (
                await world.SendAsync<TokenJson>(
                    "tom",
                    "POST",
                    "/account/tokens",
                    new NewTokenJson("x", 1, ["everywhere"])
                )
            )
                .Problem!
                .Code
        );
        var elsewhere = (
            await world.SendAsync<TokenJson>(
                "tom",
                "POST",
                "/account/tokens",
                new NewTokenJson("away", 1, ["203.0.113.0/24"])
            )
        ).Value!;
        var usual = (
            await world.SendAsync<TokenJson>("tom", "POST", "/account/tokens", new NewTokenJson("here"))
        ).Value!;
        Assert.InRange(usual.Expires - DateTimeOffset.UtcNow, TimeSpan.FromDays(29), TimeSpan.FromDays(30));

        world.UseToken("tom-away", elsewhere.Token);
        Assert.Equal(401, (await world.SendAsync<AccountJson>("tom-away", "GET", "/account")).Status);
        Assert.Equal(
            204,
            (
                await world.SendAsync<object>("tom", "PATCH", $"/account/tokens/{usual.Id}", new RenameJson("desk"))
            ).Status
        );
        world.UseToken("tom-desk", usual.Token);
        var listed = (await world.SendAsync<CredentialJson[]>("tom-desk", "GET", "/account/tokens")).Value!;
        var desk = listed.Single(t => t.Current);
        Assert.Equal(("desk", usual.Id, "127.0.0.1"), (desk.Name, desk.Id, desk.LastIp));
        Assert.NotNull(desk.LastUsed);
        Assert.Equal(["203.0.113.0/24"], listed.Single(t => t.Name == "away").Networks.ToArray());

        var reset = (
            await world.SendAsync<TokenJson>("tom", "POST", "/account/tokens/reset", new NewTokenJson("new"))
        ).Value!;
        Assert.Equal(401, (await world.SendAsync<AccountJson>("tom-desk", "GET", "/account")).Status);
        world.UseToken("tom-new", reset.Token);
        Assert.Equal(
            "new",
            Assert.Single((await world.SendAsync<CredentialJson[]>("tom-new", "GET", "/account/tokens")).Value!).Name
        );
    }

    [Fact]
    public async Task A_reset_ends_a_members_tokens_and_only_who_holds_as_much_does_it()
    {
        await world.AddMemberAsync("rita", Domain.Orgs.RoleGrant.OnAllRacks(Domain.Access.BuiltInRoles.Auditor));
        Assert.Equal(
            403,
            (
                await world.SendAsync<ResetAnswerJson>(
                    "dev",
                    "POST",
                    "/orgs/acme/members/rita/reset",
                    new ResetJson(true, false)
                )
            ).Status
        );

        var reset = await world.SendAsync<ResetAnswerJson>(
            "ada",
            "POST",
            "/orgs/acme/members/rita/reset",
            new ResetJson(true, false)
        );

        Assert.Equal(200, reset.Status);
        Assert.NotNull(reset.Value!.Password);
        Assert.Equal(401, (await world.SendAsync<AccountJson>("rita", "GET", "/account")).Status);
        Assert.Equal(
            "member.self",
            (
                await world.SendAsync<ResetAnswerJson>(
                    "ada",
                    "POST",
                    "/orgs/acme/members/ada/reset",
                    new ResetJson(true, false)
                )
            )
                .Problem!
                .Code
        );
    }

    [Fact]
    public async Task What_a_member_was_shown_is_known_when_they_go()
    {
        await world.AddMemberAsync("gone", Domain.Orgs.RoleGrant.OnAllRacks(Domain.Access.BuiltInRoles.Administrator));
        var sent = await world.SendAsync<IssuedInviteJson>(
            "gone",
            "POST",
            "/orgs/acme/invites",
            new NewInviteJson([On("Auditor")], Open: true)
        );

        var known = await world.SendAsync<KnownCredentialsJson>("ada", "GET", "/orgs/acme/members/gone/credentials");

        Assert.Equal([sent.Value!.Id], known.Value!.Invites.ToArray());
        Assert.Contains(known.Value.Reveals, r => r.Operation == "invite.create");
    }

    public static TheoryData<string, string> OrgRoutes =>
        new()
        {
            { "GET", "members" },
            { "PUT", "members/ada/roles" },
            { "GET", "members/ada/credentials" },
            { "POST", "members/ada/remove" },
            { "POST", "members/ada/reset" },
            { "PATCH", "settings" },
            { "GET", "invites" },
            { "POST", "invites" },
            { "POST", "invites/preview" },
            { "POST", "invites/x/resend" },
            { "DELETE", "invites/x" },
        };

    [Theory]
    [MemberData(nameof(OrgRoutes))]
    public async Task Each_route_is_refused_to_who_lacks_it_absent_to_strangers_and_closed_to_nobody(
        string method,
        string path
    )
    {
        Assert.Equal((403, "access.denied"), Brief(await world.SendAsync<object>("dev", method, $"/orgs/acme/{path}")));
        Assert.Equal((404, "org.not_found"), Brief(await world.SendAsync<object>("eve", method, $"/orgs/acme/{path}")));
        Assert.Equal(401, (await world.SendAsync<object>(null, method, $"/orgs/acme/{path}")).Status);
    }

    private static (int Status, string? Code) Brief<T>((int Status, T? Value, ProblemJson? Problem) answer) =>
        (answer.Status, answer.Problem?.Code);
}
