using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Grains.Keys;
using Palisade.Grains.Orgs;
using Palisade.Grains.Tests.Hosting;
using Palisade.Grains.Tests.Keys;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Access;

/// <summary>Questions about deploy keys are answered as those about members are.</summary>
public sealed class KeyQueriesTests
{
    [Fact]
    public async Task Why_a_key_was_refused_is_told_by_the_rule_of_the_key_and_the_roles_as_they_were_then()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();
        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { Apps = Selector.Name("api") });
        var refused = await RefusedAsync(acme, issued, Operations.ReleasePromote);

        // Both move on: the key's apps, and the roles of the organization.
        Ok(await acme.Key(issued.Key.Id).UpdateAsync(Administrator, AcmeKeys.Spec()));
        Ok(await acme.Org.CreateGroupAsync(Administrator, "Changed", []));
        Assert.True(await acme.MayAsync(issued.AsCaller(), Operations.ReleasePromote));
        var why = Ok(await queries.WhyAsync(Auditor, refused));

        Assert.Equal((issued.Key.Id, PrincipalKind.DeployKey), (why.Principal.Id, why.Principal.Kind));
        Assert.NotNull(why.Explanation);
        Assert.False(why.Explanation.Allowed);
        Assert.Contains(why.Explanation.Rule, why.Recorded, StringComparison.Ordinal);
        Assert.Equal("Application:release.promote on app staging/web", why.Explanation.SmallestGrant);
        Assert.NotEqual(refused, await RefusedAsync(acme, issued, Operations.AppDelete));
        Assert.Equal("access.denied", Code(await queries.WhyAsync(Deployer, refused)));
    }

    [Fact]
    public async Task A_refusal_after_a_change_of_the_key_is_a_decision_of_its_own()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();
        var issued = await acme.IssueAsync();
        var first = await RefusedAsync(acme, issued, Operations.AppDelete);
        Assert.Equal(first, await RefusedAsync(acme, issued, Operations.AppDelete));

        Ok(
            await acme.Key(issued.Key.Id)
                .UpdateAsync(Administrator, AcmeKeys.Spec() with { Racks = Selector.Name("prod") })
        );
        var second = await RefusedAsync(acme, issued, Operations.AppDelete);

        Assert.NotEqual(first, second);
        Assert.Single(Ok(await queries.WhyAsync(Auditor, first)).Explanation!.Legs, leg => !leg.Allowed);
        Assert.All(Ok(await queries.WhyAsync(Auditor, second)).Explanation!.Legs, leg => Assert.False(leg.Allowed));
    }

    [Fact]
    public async Task What_decides_a_member_a_key_and_an_invite_is_what_enforcement_asks()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();
        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { Apps = Selector.Name("web") });
        var invite = Ok(
            await acme.Org.SendInviteAsync(
                Administrator,
                new SendInvite(null, [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)], TimeSpan.FromDays(1))
            )
        ).Id;
        var web = Resource.App("staging", "web");

        var key = Ok(await queries.SubjectAsync(Auditor, issued.Key.Id));
        var member = Ok(await queries.SubjectAsync(Auditor, "dev"));
        var invited = Ok(await queries.SubjectAsync(Auditor, invite));

        Assert.Equal(
            (PrincipalKind.DeployKey, PrincipalKind.User, PrincipalKind.None),
            (key.Kind, member.Kind, invited.Kind)
        );
        foreach (var operation in new[] { Operations.AppGet, Operations.ReleasePromote, Operations.AppDelete })
        {
            Assert.Equal(await acme.MayAsync(issued.AsCaller(), operation), key.Can(operation, web));
            Assert.Equal(await acme.MayAsync(Developer, operation), member.Can(operation, web));
            Assert.Equal(await acme.MayAsync(Auditor, operation), invited.Can(operation, web));
            Assert.Equal(key.Can(operation, web), key.Why(operation, web).Allowed);
        }

        Assert.Contains(invited.WhatCan(web), v => v is { Operation: "app.delete", Allowed: false });
        Assert.Equal("dev", Ok(await queries.SubjectAsync(Developer, "dev")).Id);
        Assert.Equal("access.denied", Code(await queries.SubjectAsync(Developer, "ada")));
        Assert.Equal("access.denied", Code(await queries.SubjectAsync(Developer, issued.Key.Id)));
        Assert.Equal("access.denied", Code(await queries.SubjectAsync(Outsider with { Org = "acme" }, "eve")));
        Assert.Equal("access.nobody", Code(await queries.SubjectAsync(Auditor, "eve")));
        Ok(await acme.Org.RevokeInviteAsync(Administrator, invite));
        Assert.Equal("access.nobody", Code(await queries.SubjectAsync(Auditor, invite)));
        Ok(await acme.Key(issued.Key.Id).ReportAsync(Administrator));
        var over = Ok(await queries.SubjectAsync(Auditor, issued.Key.Id)).Why(Operations.AppGet, web);
        Assert.Equal((false, "there is no such deploy key, or it works no more"), (over.Allowed, over.Rule));
    }

    [Fact]
    public async Task Who_can_names_the_keys_that_work_too()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();
        var can = await acme.IssueAsync(AcmeKeys.Spec("can"));
        await acme.IssueAsync(AcmeKeys.Spec("elsewhere") with { Racks = Selector.Name("prod") });
        var brief = await acme.IssueAsync(
            AcmeKeys.Spec("brief") with
            {
                Expires = acme.Host.Time.GetUtcNow().AddHours(1),
            }
        );

        async Task<ImmutableArray<Able>> KeysAsync(Operation operation) =>
            [
                .. Ok(await queries.WhoCanAsync(Auditor, operation, Resource.App("staging", "web")))
                    .Where(able => able.Kind == PrincipalKind.DeployKey),
            ];

        var both = await KeysAsync(Operations.ReleasePromote);
        Assert.Equal(
            new[] { can.Key.Id, brief.Key.Id }.Order(StringComparer.Ordinal),
            both.Select(able => able.Id).Order(StringComparer.Ordinal)
        );
        Assert.All(both, able => Assert.Contains("deploy key defaults", able.Path[0], StringComparison.Ordinal));
        Assert.Empty(await KeysAsync(Operations.AppDelete));
        acme.Host.Time.Shift(TimeSpan.FromHours(1));
        Assert.Equal(can.Key.Id, Assert.Single(await KeysAsync(Operations.ReleasePromote)).Id);
        Ok(await acme.Key(can.Key.Id).DeleteAsync(Administrator));
        Assert.Empty(await KeysAsync(Operations.ReleasePromote));
    }

    [Fact]
    public async Task What_a_key_did_not_use_is_told_per_role_and_a_role_keeps_what_its_keys_use()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();
        Ok(await acme.App().CreateAsync(Administrator, null));
        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { Roles = [BuiltInRoles.Deployer.Id] });
        Ok(await acme.App().GetAsync(issued.AsCaller()));

        var sized = Ok(await queries.UnusedByKeyAsync(Auditor, issued.Key.Id));

        Assert.Equal([DeployKeyDefaults.Role.Id, BuiltInRoles.Deployer.Id], sized.Select(x => x.Role.Id));
        Assert.All(sized, x => Assert.Equal(["app.get", "rack.get"], x.Sized.Used.AsEnumerable()));
        Assert.Contains("process.run", sized[0].Sized.Unused);
        Assert.Equal(
            ["app.get", "rack.get"],
            Ok(await queries.UnusedAsync(Auditor, BuiltInRoles.Deployer.Id)).Used.AsEnumerable()
        );
        Assert.Equal("key.not_found", Code(await queries.UnusedByKeyAsync(Auditor, "key-000000000000")));
        Assert.Equal("access.denied", Code(await queries.UnusedByKeyAsync(Developer, issued.Key.Id)));
    }

    [Fact]
    public async Task What_if_tells_what_keys_gain_and_lose_by_a_change_of_a_role()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();
        var role = Ok(
            await acme.Org.CreateRoleAsync(
                Administrator,
                "Deleters",
                [Policy.Allow(ResourceType.Application, "app.delete")]
            )
        );
        var issued = await acme.IssueAsync(AcmeKeys.Spec() with { Roles = [role] });
        Assert.Equal(EntryCode, Code(await acme.App("none").DeleteAsync(issued.AsCaller())));

        var answer = Ok(await queries.WhatIfAsync(Auditor, new ProposeRoleDeletion(role)));

        var change = Assert.Single(answer.Changes);
        Assert.Equal((PrincipalKind.DeployKey, "app.delete", false), (change.Kind, change.Operation, change.Gained));
        Assert.Equal([issued.Key.Id], change.Ids.AsEnumerable());
        var request = Assert.Single(answer.Requests);
        Assert.Equal(("app.delete", true, false), (request.Use.Operation, request.AllowedBefore, request.AllowedAfter));
        Assert.Equal((1, false), (answer.Compared.Principals, answer.Compared.RequestsLeftOut));
    }

    private const string EntryCode = "app.not_found";

    private static async Task<string> RefusedAsync(Acme acme, IssuedKey issued, Operation operation) =>
        Assert
            .IsType<Forbidden>(
                (
                    await acme
                        .Host.Get<IGate>()
                        .AuthorizeAsync(issued.AsCaller(), operation, Resource.App("staging", "web"))
                ).Problem
            )
            .DecisionId!;
}
