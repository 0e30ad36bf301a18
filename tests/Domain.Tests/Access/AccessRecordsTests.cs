using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using static Palisade.Domain.Tests.Access.TestPolicies;

namespace Palisade.Domain.Tests.Access;

public sealed class AccessRecordsTests
{
    [Fact]
    public void A_refusal_names_permission_operation_resource_and_decision()
    {
        var decision = Compile(BuiltInRoles.Auditor)
            .Decide(User, Operations.ReleasePromote, Resource.App("prod", "web"));

        var refusal = AccessRecords.Refusal(decision, "0123456789ab");

        Assert.Equal("access.denied", refusal.Code);
        Assert.Equal(
            "you need Application:Write (release.promote) on app prod/web for release.promote; no role grants it (decision 0123456789ab)",
            refusal.Message
        );
    }

    [Fact]
    public void A_refusal_on_the_racks_leg_names_that()
    {
        var decision = Compile(Policy.Allow(ResourceType.Application, Policy.Write))
            .Decide(User, Operations.AppGet, Resource.App("prod", "web"));

        Assert.StartsWith(
            "you need Racks:Read (rack.get) on rack prod for app.get;",
            AccessRecords.Refusal(decision, "x").Message
        );
    }

    [Fact]
    public void No_refusal_holds_a_format_sign_whatever_it_is_about()
    {
        var policy = Compile(BuiltInRoles.Auditor);

        foreach (var resource in new[] { Resource.App("prod", "100%s"), Resource.App("%d", "web"), Resource.Org })
        {
            Assert.DoesNotContain(
                '%',
                AccessRecords.Refusal(policy.Decide("no%body", Operations.AppDelete, resource), "x%").Text
            );
        }

        Assert.DoesNotContain('%', AccessRecords.Refusal(default(AccessDecision), "x").Text);
        Assert.DoesNotContain('%', AccessRecords.Refusal((Operation?)null, "x").Text);
    }

    [Theory]
    [InlineData(PrincipalKind.User, "ana", true, false, false)]
    [InlineData(PrincipalKind.User, "bob", false, false, false)]
    [InlineData(PrincipalKind.Operator, "root", false, true, false)]
    [InlineData(PrincipalKind.System, "system", false, false, true)]
    [InlineData(PrincipalKind.DeployKey, "ana", false, false, false)]
    [InlineData(PrincipalKind.None, "ana", false, false, false)]
    public void S04_account_installation_and_system_are_apart(
        PrincipalKind kind,
        string id,
        bool account,
        bool installation,
        bool system
    )
    {
        var caller = new Caller
        {
            Principal = new(kind, id, id),
            SignIn = "session",
            Ip = "127.0.0.1",
            Client = "test",
            RequestId = "1",
        };

        Assert.All(
            Operations.All,
            o =>
                Assert.Equal(
                    o.Scope switch
                    {
                        OperationScope.Account => account,
                        OperationScope.Installation => installation,
                        OperationScope.System => system,
                        _ => false,
                    },
                    OwnAccess.IsAllowed(caller, o, "ana")
                )
        );
        Assert.False(OwnAccess.IsAllowed(null, Operations.TokenCreate, "ana"));
        Assert.False(OwnAccess.IsAllowed(caller, null, "ana"));
        Assert.False(OwnAccess.IsAllowed(caller with { Principal = new(kind, "", "") }, Operations.TokenCreate, ""));
    }

    [Fact]
    public void S04_an_operator_makes_no_credential_of_the_account()
    {
        var caller = new Caller
        {
            Principal = new(PrincipalKind.Operator, "ana", "ana"),
            SignIn = "operator-token",
            Ip = "127.0.0.1",
            Client = "test",
            RequestId = "1",
        };

        var allowed = Operations
            .All.Where(o => o.Scope == OperationScope.Account && OwnAccess.IsAllowed(caller, o, "ana"))
            .Select(o => o.Name);

        Assert.Equal(["account.confirm", "account.get", "operator.token.revoke", "signin", "signout"], allowed);
    }

    [Fact]
    public void Resources_are_read_as_they_are_written()
    {
        foreach (
            var resource in new[]
            {
                Resource.Org,
                Resource.Rack("a"),
                Resource.App("a", "b"),
                Resource.Item("nightly"),
                Resource.Item("nightly", "a"),
            }
        )
        {
            Assert.True(Resource.TryParse(resource.ToString(), out var read));
            Assert.Equal(resource, read);
        }

        Assert.False(Resource.TryParse("a/b/c", out _));
        Assert.False(Resource.TryParse("a/", out _));
        Assert.False(Resource.TryParse(null, out _));
    }
}
