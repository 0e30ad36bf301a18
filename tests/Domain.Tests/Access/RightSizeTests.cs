using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using static Palisade.Domain.Tests.Access.AskedUses;
using static Palisade.Domain.Tests.Access.TestPolicies;

namespace Palisade.Domain.Tests.Access;

/// <summary>A role cut down to its use is what deciding says that it is.</summary>
public sealed class RightSizeTests
{
    [Fact]
    public void A_right_sized_role_still_admits_every_use_and_nothing_that_the_role_does_not()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        var (smaller, admitted) = (0, 0);
        for (var round = 0; round < 500; round++)
        {
            var role = draw.Role(1) with { Id = "role-1" };
            var policy = Compile(role);
            ImmutableArray<AccessUse> uses =
            [
                .. Enumerable
                    .Range(0, 30)
                    .Select(_ => Use(User, draw.Operation(), draw.Resource()))
                    .Where(use => Decides(policy, use))
                    .Take(4),
            ];

            var sized = RightSize.Of(role, uses.Select(use => (role.Everywhere(), use)));

            var after = Compile(role with { Policies = sized.Policies });
            Assert.All(
                uses,
                use =>
                    Assert.True(
                        Decides(after, use),
                        $"seed {seed}, round {round}: {use.Operation} on {use.Resource}: "
                            + $"{string.Join("; ", role.Policies)} -> {string.Join("; ", sized.Policies)}"
                    )
            );
            foreach (var (operation, resource) in from o in Operations.All from r in Resources select (o, r))
            {
                Assert.False(
                    after.Decide(User, operation, resource).Allowed
                        && !policy.Decide(User, operation, resource).Allowed,
                    $"seed {seed}, round {round}: {operation} on {resource.Display} is more: "
                        + $"{string.Join("; ", role.Policies)} -> {string.Join("; ", sized.Policies)}"
                );
            }

            Assert.Empty(sized.Used.Intersect(sized.Unused));
            (smaller, admitted) = (smaller + (sized.Unused.IsEmpty ? 0 : 1), admitted + uses.Length);
        }

        Assert.True(smaller > 100 && admitted > 100, $"seed {seed}: {smaller} roles were cut, {admitted} uses");
    }

    [Fact]
    public void What_was_never_used_is_cut_and_refusals_stay()
    {
        var role = Role(
            "dev",
            Policy.Allow(ResourceType.Application, Policy.Write, Selector.Name("web")),
            Policy.Allow(ResourceType.Racks, Policy.Read),
            Policy.Allow(ResourceType.Jobs, Policy.Write),
            Policy.Deny(ResourceType.Billing)
        );

        var sized = RightSize.Of(
            role,
            [(role.Everywhere(), Use(User, Operations.ReleasePromote, Resource.App("staging", "web")))]
        );

        Assert.Equal(["rack.get", "release.promote"], sized.Used.AsEnumerable());
        Assert.Contains("app.exec", sized.Unused);
        Assert.Equal(
            [
                Policy.Allow(ResourceType.Application, "release.promote", Selector.Name("web")),
                Policy.Deny(ResourceType.Billing),
                Policy.Allow(ResourceType.Racks, "rack.get"),
            ],
            sized.Policies.AsEnumerable()
        );
    }
}
