using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Grains.Access;
using Palisade.Grains.Tests.Hosting;
using static Palisade.Grains.Tests.Hosting.Acme;

namespace Palisade.Grains.Tests.Access;

public sealed class AccessQueriesTests
{
    [Fact]
    public async Task The_id_of_a_refusal_leads_to_why_as_it_was_decided_then()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();
        var id = DecisionOf(await acme.App().DeleteAsync(Auditor));

        // The policy moves on: what was asked then is still decided as it was then.
        Ok(await acme.Org.SetMemberRolesAsync(Administrator, "audit", [RoleGrant.OnAllRacks(BuiltInRoles.OperatorV2)]));
        var why = Ok(await queries.WhyAsync(Administrator, id));

        Assert.Equal(("app.delete", "staging/web", "audit"), (why.Operation, why.Resource, why.Principal.Id));
        Assert.NotNull(why.Explanation);
        Assert.False(why.Explanation.Allowed);
        Assert.Contains(why.Explanation.Rule, why.Recorded, StringComparison.Ordinal);
        Assert.Equal("Application:app.delete on app staging/web", why.Explanation.SmallestGrant);
        var again = Ok(await queries.WhyAsync(Administrator, id)).Explanation!;
        Assert.Equal(
            (why.Explanation.Rule, why.Explanation.Allowed, why.Explanation.SmallestGrant),
            (again.Rule, again.Allowed, again.SmallestGrant)
        );
    }

    [Fact]
    public async Task A_refusal_that_was_only_counted_is_told_with_the_id_that_is_on_record()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();

        var first = DecisionOf(await acme.App().DeleteAsync(Auditor));
        var repeated = DecisionOf(await acme.App().DeleteAsync(Auditor));
        Ok(await acme.Org.CreateGroupAsync(Administrator, "Changed", []));
        var byAnotherPolicy = DecisionOf(await acme.App().DeleteAsync(Auditor));

        Assert.Equal(first, repeated);
        Assert.NotEqual(first, byAnotherPolicy);
        Assert.True(
            Ok(await queries.WhyAsync(Administrator, byAnotherPolicy)).PolicyVersion
                > Ok(await queries.WhyAsync(Administrator, first)).PolicyVersion
        );
        await acme.Host.Get<IRecorder>().FlushAsync();
        Assert.Equal("audit", Ok(await queries.WhyAsync(Administrator, first)).Principal.Id);
    }

    [Fact]
    public async Task Whoever_was_refused_may_ask_why_and_others_need_the_right_to()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();
        var id = DecisionOf(await acme.Org.RemoveMemberAsync(Developer, "ada"));

        Assert.Equal("member.remove", Ok(await queries.WhyAsync(Developer, id)).Operation);
        Assert.Equal("member.remove", Ok(await queries.WhyAsync(Auditor, id)).Operation);
        Assert.Equal("access.denied", Code(await queries.WhyAsync(Deployer, id)));
        Assert.Equal("access.denied", Code(await queries.WhyAsync(Deployer, "000000000000")));
        Assert.Equal("access.denied", Code(await queries.WhyAsync(Outsider with { Org = "acme" }, id)));
        Assert.Equal("access.decision_not_found", Code(await queries.WhyAsync(Administrator, "000000000000")));
        Assert.Equal("access.decision_not_found", Code(await queries.WhyAsync(Outsider, id)));
    }

    [Fact]
    public async Task Who_can_and_what_can_need_the_right_to_explain_except_about_oneself()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();

        var able = Ok(await queries.WhoCanAsync(Auditor, Operations.AppDelete, Resource.App("staging", "web")));
        Assert.Equal(["ada", "ci", "dev", "olga"], able.Select(x => x.Id));
        Assert.Equal(
            "access.denied",
            Code(await queries.WhoCanAsync(Developer, Operations.AppDelete, Resource.App("staging", "web")))
        );

        Assert.Contains(
            Ok(await queries.WhatCanAsync(Developer, "dev", Resource.App("staging", "web"))),
            v => v is { Operation: "app.exec", Allowed: true }
        );
        Assert.Equal("access.denied", Code(await queries.WhatCanAsync(Developer, "ada", Resource.Org)));
        Assert.Equal(
            "access.denied",
            Code(await queries.WhatCanAsync(Outsider with { Org = "acme" }, "eve", Resource.Org))
        );
        Assert.Equal("member.not_found", Code(await queries.WhatCanAsync(Auditor, "nobody", Resource.Org)));
    }

    [Fact]
    public async Task What_was_used_is_read_from_records_and_counts_and_the_rest_is_unused()
    {
        await using var acme = await StartAsync(pump: false);
        var queries = acme.Host.Get<AccessQueries>();
        Ok(await acme.App().CreateAsync(Developer, null));
        Ok(await acme.App().GetAsync(Developer));

        var sized = Ok(await queries.UnusedAsync(Auditor, "DeveloperV2"));

        Assert.Equal(["app.create", "app.get", "rack.get"], sized.Used.AsEnumerable());
        Assert.Contains("app.exec", sized.Unused);
        Assert.Equal(
            sized.Used.AsEnumerable(),
            Assert.Single(Ok(await queries.UnusedByAsync(Auditor, "dev"))).Sized.Used
        );
        Assert.Empty(Assert.Single(Ok(await queries.UnusedByAsync(Auditor, "ci"))).Sized.Used);
        Assert.Equal("access.denied", Code(await queries.UnusedAsync(Developer, "DeveloperV2")));
        Assert.Equal("role.not_found", Code(await queries.UnusedAsync(Auditor, "role-x")));
    }

    private static string DecisionOf<T>(Result<T> refused) => Assert.IsType<Forbidden>(refused.Problem).DecisionId!;
}
