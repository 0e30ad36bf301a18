using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Orgs;

/// <summary>What the operator decides about an organization from outside.</summary>
public sealed class OrgOperatingTests : OrgStory
{
    [Fact]
    public void Quotas_replace_what_was_said_before_and_the_same_ones_again_are_nothing()
    {
        Given();
        Do(OrgOperating.SetQuotas(State, "acme", new OrgQuotas { Apps = 3, Members = 2 }));
        Assert.Empty(OrgOperating.SetQuotas(State, "acme", new OrgQuotas { Apps = 3, Members = 2 }).Value.Events);

        Do(OrgOperating.SetQuotas(State, "acme", new OrgQuotas { DeployKeys = 0 }));

        Assert.Equal(new OrgQuotas { DeployKeys = 0 }, State.Quotas);
    }

    public static TheoryData<OrgQuotas> Impossible =>
        [
            new OrgQuotas { Apps = -1 },
            new OrgQuotas { Apps = 1_000_001 },
            new OrgQuotas { BuildsAtOnce = 0 },
            new OrgQuotas { ObjectBytes = -1 },
            new OrgQuotas { RequestsPerSecond = 0 },
            new OrgQuotas { Members = 0 },
            new OrgQuotas { Members = OrgState.MaxMembers + 1 },
            new OrgQuotas { DeployKeys = 501 },
            new OrgQuotas { KeptReleases = 0 },
            new OrgQuotas { KeptReleases = 801 },
        ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_quota_that_cannot_be_is_refused(OrgQuotas quotas)
    {
        Given();

        Assert.Equal("org.quota_invalid", OrgOperating.SetQuotas(State, "acme", quotas).Problem?.Code);
    }

    [Fact]
    public void A_quota_of_members_keeps_others_out_and_nobody_goes_for_it()
    {
        Given();
        Do(OrgOperating.SetQuotas(State, "acme", new OrgQuotas { Members = 2 }));
        Do(OrgMembers.Add(State, "ben", [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)], By("ana")));

        Assert.Equal("org.too_many_members", Add("cal").Problem?.Code);
        Do(OrgOperating.SetQuotas(State, "acme", new OrgQuotas { Members = 1 }));
        Assert.Equal(2, State.Members.Count);
        Do(OrgOperating.SetQuotas(State, "acme", OrgQuotas.None));
        Do(Add("cal"));

        Result<Decision<OrgEvent, Done>> Add(string user) =>
            OrgMembers.Add(State, user, [RoleGrant.OnAllRacks(BuiltInRoles.Auditor)], By("ana"));
    }

    [Fact]
    public void A_suspended_organization_says_why_until_it_is_resumed()
    {
        Given();
        Assert.Equal("org.reason_missing", OrgOperating.Suspend(State, "acme", " ", By("ana")).Problem?.Code);
        Do(OrgOperating.Suspend(State, "acme", "unpaid\nbills", By("ana")));
        Assert.Empty(OrgOperating.Suspend(State, "acme", "again", By("ana")).Value.Events);

        Assert.Equal("unpaidbills", State.Compile().Suspended);
        var refusal = State.Compile().Bars(By("ana").Caller.Principal, hasSecondFactor: true);
        Assert.Equal("org.suspended", refusal?.Code);
        Assert.Contains("unpaidbills", refusal!.Message, StringComparison.Ordinal);

        Do(OrgOperating.Resume(State, "acme", By("ana")));
        Assert.Null(State.Compile().Suspended);
        Assert.Empty(OrgOperating.Resume(State, "acme", By("ana")).Value.Events);
    }

    [Fact]
    public void Nothing_is_said_of_an_organization_that_is_not()
    {
        Assert.Equal("org.not_found", OrgOperating.SetQuotas(State, "acme", OrgQuotas.None).Problem?.Code);
        Assert.Equal("org.not_found", OrgOperating.Suspend(State, "acme", "x", By("ana")).Problem?.Code);
        Assert.Equal("org.not_found", OrgOperating.Resume(State, "acme", By("ana")).Problem?.Code);
    }

    [Fact]
    public void The_state_survives_its_snapshot()
    {
        Given();
        Do(OrgOperating.SetQuotas(State, "acme", new OrgQuotas { Apps = 3 }));
        Do(OrgOperating.Suspend(State, "acme", "x", By("ana")));

        var read = ViewJson.Read<OrgState>(ViewJson.Write(State));

        Assert.Equal((State.Quotas, State.Suspended), (read.Quotas, read.Suspended));
    }
}
