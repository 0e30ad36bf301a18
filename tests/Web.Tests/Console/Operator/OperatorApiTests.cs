using Palisade.Domain.Access;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Users;
using Palisade.Storage.Journal;
using Palisade.Web.Console;
using Palisade.Web.Console.Operator;

namespace Palisade.Web.Tests.Console.Operator;

public sealed class OperatorApiTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    private const string Op = ConsoleWorld.OperatorName;

    [Fact]
    public async Task S04_the_operator_creates_an_organization_and_is_not_in_it()
    {
        var created = await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs", new CreateOrgJson("fresh", "dev"));
        var again = await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs", new CreateOrgJson("fresh", "dev"));
        var bad = await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs", new CreateOrgJson("Not a name", "dev"));
        var nobody = await world.SendAsync<OrgJson>(Op, "POST", "/operator/orgs", new CreateOrgJson("empty", "nobody"));
        var list = await world.SendAsync<Page<OrgJson>>(Op, "GET", "/operator/orgs?limit=500");

        Assert.Equal((201, "fresh"), (created.Status, created.Value!.Name));
        Assert.Equal((409, 400, 404), (again.Status, bad.Status, nobody.Status));
        Assert.Contains(list.Value!.Items, o => o.Name == "fresh");
        Assert.DoesNotContain(list.Value.Items, o => o.Name == "empty");
        var entries = await world.Store.Journal.SearchAsync(new EntryFilter { Org = "fresh" });
        Assert.Contains(
            entries,
            e => e.Operation == Operations.OrgCreate.Name && e.Actor is { Kind: PrincipalKind.Operator, Id: "opal" }
        );
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("opal")]
    [InlineData("eve")]
    public async Task S04_an_ordinary_token_never_acts_as_the_operator(string user)
    {
        var read = await world.SendAsync<InstallationJson>(user, "GET", "/operator");
        var write = await world.SendAsync<CreatedJson>(user, "POST", "/operator/operators", new AddOperatorJson(user));

        Assert.Equal((403, 403), (read.Status, write.Status));
        Assert.Equal(AccessRecords.Denied, read.Problem!.Code);
    }

    [Fact]
    public async Task S04_an_operator_token_needs_the_password_of_an_operator()
    {
        var wrong = await IssueAsync("opal", "not the password 1");
        var other = await IssueAsync("ada", ConsoleWorld.Password);
        var itself = await IssueAsync(Op, ConsoleWorld.Password);
        var tooLong = await world.SendAsync<OperatorTokenJson>(
            "opal",
            "POST",
            "/account/operator-tokens",
            new IssueOperatorTokenJson(ConsoleWorld.Password, "x", 8)
        );

        Assert.Equal(("password.wrong", "operator.not_you"), (wrong.Problem!.Code, other.Problem!.Code));
        Assert.Equal((403, AccessRecords.Denied), (itself.Status, itself.Problem!.Code));
        Assert.Equal("token.lifetime_invalid", tooLong.Problem!.Code);
    }

    [Fact]
    public async Task S04_guessing_an_operators_password_with_a_stolen_token_is_held_up()
    {
        await world.AddMemberAsync("guess", RoleGrantOf());
        Assert.Equal(
            201,
            (await world.SendAsync<CreatedJson>(Op, "POST", "/operator/operators", new AddOperatorJson("guess"))).Status
        );

        // One more is forgiven each minute, should this machine be that slow.
        var tried = 0;
        while (
            tried < 3 * PasswordAttempts.PerAccount
            && (await IssueAsync("guess", $"wrong password {tried}")).Status == 403
        )
        {
            tried++;
        }

        Assert.InRange(tried, PasswordAttempts.PerAccount, (3 * PasswordAttempts.PerAccount) - 1);
        Assert.Equal((429, "signin.throttled"), await CodeAsync(IssueAsync("guess", ConsoleWorld.Password)));
    }

    [Fact]
    public async Task S04_who_is_removed_as_operator_is_out_at_once_and_stays_an_ordinary_user()
    {
        await world.AddMemberAsync("temp", RoleGrantOf());
        await world.SendAsync<CreatedJson>(Op, "POST", "/operator/operators", new AddOperatorJson("temp"));
        var token = (await IssueAsync("temp", ConsoleWorld.Password)).Value!.Token;
        world.UseToken("temp-op", token);
        Assert.Equal(200, (await world.SendAsync<InstallationJson>("temp-op", "GET", "/operator")).Status);

        Assert.Equal(204, (await world.SendAsync<Done>(Op, "DELETE", "/operator/operators/temp")).Status);

        Assert.Equal(401, (await world.SendAsync<InstallationJson>("temp-op", "GET", "/operator")).Status);
        Assert.Equal(200, (await world.SendAsync<OperationJson[]>("temp", "GET", "/operations")).Status);
        Assert.Equal(
            "operator.not_found",
            (await world.SendAsync<Done>(Op, "DELETE", "/operator/operators/temp")).Problem!.Code
        );
    }

    [Fact]
    public async Task S11_an_operator_token_shows_no_empty_list_of_racks()
    {
        using var client = world.Client(Op);

        using var answer = await client.GetAsync("/racks");

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Contains("cli token is expired", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disabled_user_is_out_with_every_token_and_comes_back_with_none()
    {
        await world.AddMemberAsync("leaver", RoleGrantOf());

        Assert.Equal(
            204,
            (
                await world.SendAsync<Done>(Op, "POST", "/operator/users/leaver/disable", new DisableUserJson("left"))
            ).Status
        );
        Assert.Equal(401, (await world.SendAsync<OperationJson[]>("leaver", "GET", "/operations")).Status);
        var listed = await world.SendAsync<Page<UserJson>>(Op, "GET", "/operator/users?limit=500");
        Assert.NotNull(listed.Value!.Items.Single(u => u.Id == "leaver").Disabled);
        Assert.Equal("leaver@example.test", listed.Value.Items.Single(u => u.Id == "leaver").Email);

        Assert.Equal(204, (await world.SendAsync<Done>(Op, "POST", "/operator/users/leaver/enable")).Status);
        Assert.Equal(401, (await world.SendAsync<OperationJson[]>("leaver", "GET", "/operations")).Status);
        Assert.True(
            (
                await world
                    .Grains.GetGrain<IUserGrain>("leaver")
                    .IssueCredentialAsync(
                        ConsoleWorld.User("leaver", null),
                        new IssueCredential("cli", "new", TimeSpan.FromDays(1))
                    )
            ).Ok
        );
    }

    [Fact]
    public async Task An_operators_account_is_not_disabled_and_an_unknown_one_is_not_found()
    {
        Assert.Equal(
            (409, "user.is_operator"),
            await CodeAsync(world.SendAsync<Done>(Op, "POST", "/operator/users/opal/disable", new DisableUserJson("x")))
        );
        Assert.Equal(
            (404, "user.not_found"),
            await CodeAsync(
                world.SendAsync<Done>(Op, "POST", "/operator/users/nobody/disable", new DisableUserJson("x"))
            )
        );
        Assert.Equal(
            403,
            (await world.SendAsync<Done>("ada", "POST", "/operator/users/dev/disable", new DisableUserJson("x"))).Status
        );
    }

    [Fact]
    public async Task A_registered_user_must_change_the_first_password()
    {
        var created = await world.SendAsync<CreatedJson>(
            Op,
            "POST",
            "/operator/users",
            new RegisterUserJson("new.person@example.test", "New", "a first password 7")
        );
        var taken = await world.SendAsync<CreatedJson>(
            Op,
            "POST",
            "/operator/users",
            new RegisterUserJson("new.person@example.test", "New", "a first password 7")
        );
        var denied = await world.SendAsync<CreatedJson>(
            "ada",
            "POST",
            "/operator/users",
            new RegisterUserJson("x@example.test", "X", "a first password 7")
        );

        Assert.Equal((201, 409, 403), (created.Status, taken.Status, denied.Status));
        Assert.True(
            (
                await world
                    .Grains.GetGrain<IUserGrain>(created.Value!.Id)
                    .GetAsync(ConsoleWorld.User(created.Value.Id, null))
            )
                .Value
                .MustChangePassword
        );
    }

    [Fact]
    public async Task The_overview_tells_operators_storage_limits_and_networks()
    {
        Assert.Equal(
            204,
            (
                await world.SendAsync<Done>(
                    Op,
                    "PUT",
                    "/operator/outgoing-networks",
                    new AllowNetworksJson(["10.20.0.0/16"])
                )
            ).Status
        );
        Assert.Equal(
            "outgoing.bad_network",
            (await world.SendAsync<Done>(Op, "PUT", "/operator/outgoing-networks", new AllowNetworksJson(["x"])))
                .Problem!
                .Code
        );

        var seen = (await world.SendAsync<InstallationJson>(Op, "GET", "/operator")).Value!;

        Assert.Equal<string>(["10.20.0.0/16"], seen.OutgoingNetworks);
        Assert.Contains(seen.Operators, o => o is { UserId: "opal", Name: "opal" });
        Assert.True(seen.Storage is { DatabaseBytes: > 0, FreeBytes: > 0 }, seen.Storage.ToString());
        Assert.Single(seen.Nodes);
    }

    [Fact]
    public async Task A_backup_is_asked_for_and_listed()
    {
        // The pump is off in this world, so it goes on being written.
        var first = await world.SendAsync<BackupJson>(Op, "POST", "/operator/backups");
        var second = await world.SendAsync<BackupJson>(Op, "POST", "/operator/backups");
        var list = await world.SendAsync<Page<BackupJson>>(Op, "GET", "/operator/backups");

        Assert.Equal((200, BackupStatus.Running, "opal"), (first.Status, first.Value!.Status, first.Value.By));
        Assert.Equal("backup.running", second.Problem!.Code);
        Assert.Equal(first.Value, list.Value!.Items.Single());
        Assert.Equal(
            (409, "backup.running"),
            await CodeAsync(world.SendAsync<Done>(Op, "DELETE", $"/operator/backups/{first.Value.Id}"))
        );
        Assert.Equal(
            (404, "backup.not_found"),
            await CodeAsync(world.SendAsync<Done>(Op, "DELETE", "/operator/backups/20260101T000000Z-abcdef"))
        );
        Assert.Equal(403, (await world.SendAsync<BackupJson>("ada", "POST", "/operator/backups")).Status);
    }

    private Task<(int Status, OperatorTokenJson? Value, ProblemJson? Problem)> IssueAsync(
        string user,
        string password
    ) =>
        world.SendAsync<OperatorTokenJson>(
            user,
            "POST",
            "/account/operator-tokens",
            new IssueOperatorTokenJson(password, "mine")
        );

    private static async Task<(int Status, string? Code)> CodeAsync<T>(
        Task<(int Status, T? Value, ProblemJson? Problem)> answer
    )
    {
        var (status, _, problem) = await answer;
        return (status, problem?.Code);
    }

    private static Domain.Orgs.RoleGrant RoleGrantOf() => Domain.Orgs.RoleGrant.OnAllRacks(BuiltInRoles.Auditor);
}
