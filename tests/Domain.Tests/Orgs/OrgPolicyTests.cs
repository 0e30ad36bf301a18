using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Orgs;

/// <summary>
/// A policy that goes on from an earlier version compiles what changed and decides as one that is compiled anew.
/// </summary>
public sealed class OrgPolicyTests : OrgStory
{
    [Fact]
    public void A_role_change_compiles_only_what_it_touches()
    {
        var roles = GivenRoles(20);
        var before = State.Compile();
        Assert.Equal(21, before.RolesCompiled);

        Do(OrgRoles.Update(State, roles[3], "r3", [Policy.Allow(ResourceType.Racks, Policy.Write)], By("ana")));
        var after = State.Compile(State.Version, before);

        Assert.Equal(1, after.RolesCompiled);
        Assert.True(after.Decide("u3", Operations.RackUpdate, Resource.Rack("staging")).Allowed);
        Assert.False(before.Decide("u3", Operations.RackUpdate, Resource.Rack("staging")).Allowed);
    }

    [Fact]
    public void A_change_of_members_compiles_no_role_again()
    {
        var roles = GivenRoles(20);
        var before = State.Compile();

        Do(OrgMembers.SetRoles(State, "u3", [RoleGrant.OnAllRacks(State.Roles[roles[4]])], By("ana")));
        Do(OrgMembers.Remove(State, "u5"));
        var after = State.Compile(State.Version, before);

        Assert.Equal(0, after.RolesCompiled);
        Assert.False(after.IsMember("u5"));
        Assert.True(after.Decide("u3", Operations.AppGet, Resource.App("staging", "web-4")).Allowed);
    }

    [Fact]
    public void Two_policies_that_go_on_from_one_do_not_disturb_each_other()
    {
        var roles = GivenRoles(3);
        var common = State.Compile();
        var (one, two) = (With("alpha.*"), With("beta.*"));

        Assert.Equal((true, false), (Reads(one, "alpha-1"), Reads(one, "beta-1")));
        Assert.Equal((false, true), (Reads(two, "alpha-1"), Reads(two, "beta-1")));
        Assert.Equal((true, false), (Reads(common, "web-0"), Reads(common, "alpha-1")));

        CompiledPolicy With(string pattern) =>
            OrgStateFold
                .Apply(
                    State,
                    new RoleUpdated(State.Roles[roles[0]] with { Policies = Reading(Selector.Regex(pattern)) })
                )
                .Compile(99, common);

        static bool Reads(CompiledPolicy policy, string app) =>
            policy.Decide("u0", Operations.AppGet, Resource.App("staging", app)).Allowed;
    }

    [Fact]
    public void After_any_changes_it_decides_as_one_that_is_compiled_anew()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var random = new Random(seed);
        var roles = GivenRoles(6);
        var policy = State.Compile();
        for (var round = 0; round < 300; round++)
        {
            var role = State.Roles[roles[random.Next(roles.Length)]];
            State = OrgStateFold.Apply(
                State,
                random.Next(3) switch
                {
                    0 => new RoleUpdated(
                        role with
                        {
                            Policies = Reading(Selector.Regex($"web-{random.Next(4)}|x{round}")),
                        }
                    ),
                    1 => new MemberRolesSet(
                        $"u{random.Next(6)}",
                        [new(role.Id, random.Next(2) == 0 ? Selector.AllowAll : Selector.Name("staging"))]
                    ),
                    _ => new RoleUpdated(
                        role with
                        {
                            Policies = Reading(
                                Selector.List("web-1", $"web-{random.Next(4)}", $"prod/web-{random.Next(4)}")
                            ),
                        }
                    ),
                }
            );
            policy = State.Compile(State.Version, policy);
            var anew = State.Compile();
            foreach (
                var (user, rack, app) in from u in Enumerable.Range(0, 6)
                from r in (string[])["staging", "prod"]
                from a in Enumerable.Range(0, 4)
                select ($"u{u}", r, $"web-{a}")
            )
            {
                var resource = Resource.App(rack, app);
                Assert.True(
                    anew.Decide(user, Operations.AppGet, resource).Allowed
                        == policy.Decide(user, Operations.AppGet, resource).Allowed,
                    $"seed {seed}, round {round}: {user} on {resource}"
                );
            }
        }
    }

    private static ImmutableArray<Policy> Reading(Selector apps) =>
        [Policy.Allow(ResourceType.Racks, Policy.Read), Policy.Allow(ResourceType.Application, Policy.Read, apps)];

    /// <summary>Roles r0, r1, … that read apps web-0, web-1, …, each held by u0, u1, ….</summary>
    private ImmutableArray<string> GivenRoles(int count)
    {
        Given();
        var ids = Enumerable
            .Range(0, count)
            .Select(i => Do(OrgRoles.Create(State, $"r{i}", Reading(Selector.Name($"web-{i}")), By("ana"))))
            .ToImmutableArray();
        for (var i = 0; i < count; i++)
        {
            Do(OrgMembers.Add(State, $"u{i}", [RoleGrant.OnAllRacks(State.Roles[ids[i]])], By("ana")));
        }

        return ids;
    }
}
