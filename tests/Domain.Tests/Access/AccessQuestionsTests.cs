using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using static Palisade.Domain.Tests.Access.AskedUses;
using static Palisade.Domain.Tests.Access.TestPolicies;

namespace Palisade.Domain.Tests.Access;

/// <summary>Who can, what can and what if: each answer is what deciding says.</summary>
public sealed class AccessQuestionsTests
{
    [Fact]
    public void Who_can_names_everybody_who_may_with_role_and_group_and_nobody_else()
    {
        var reader = Role(
            "reader",
            Policy.Allow(ResourceType.Racks, Policy.Read),
            Policy.Allow(ResourceType.Application, Policy.Read)
        );
        var policy = new CompiledPolicy(
            "acme",
            1,
            [
                new("ana", [BuiltInRoles.Administrator.Everywhere()]),
                new("bob", [reader.Everywhere() with { Group = "Readers" }]),
                new("eve", [reader.On(Selector.Name("prod"))]),
            ]
        );

        var able = WhoCan.Of(policy, Operations.AppGet, Resource.App("staging", "web"));

        Assert.Equal(["ana", "bob"], able.Select(x => x.Id));
        Assert.Equal(
            ["role reader, through group Readers: Application:Read", "role reader, through group Readers: Racks:Read"],
            able[1].Path.AsEnumerable()
        );
        Assert.Equal(["ana"], WhoCan.Of(policy, Operations.OrgDelete, Resource.Org).Select(x => x.Id));
    }

    [Fact]
    public void Who_can_and_what_can_say_what_deciding_says()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        for (var round = 0; round < 200; round++)
        {
            var policy = Organization(draw);
            var (operation, resource) = (draw.Operation(), draw.Resource());

            var able = WhoCan.Of(policy, operation, resource).Select(x => x.Id);
            var verdicts = WhatCan.Of(policy, "u0", resource);

            var expected = Users.Where(user => policy.Decide(user, operation, resource).Allowed);
            Assert.True(expected.SequenceEqual(able), $"seed {seed}, round {round}: {operation} on {resource}");
            Assert.All(
                verdicts,
                v =>
                    Assert.True(
                        policy.Decide("u0", Operations.Find(v.Operation), resource) is var d
                            && d.Allowed == v.Allowed
                            && d.Rule == v.Rule,
                        $"seed {seed}, round {round}: {v}"
                    )
            );
        }
    }

    [Fact]
    public void What_if_is_what_enforcement_then_does()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        var (gains, losses) = (0, 0);
        for (var round = 0; round < 50; round++)
        {
            var (before, after) = (Organization(draw), Organization(draw));
            ImmutableArray<AccessUse> uses =
            [
                .. Enumerable
                    .Range(0, 40)
                    .Select(_ => Use(Users[round % Users.Length], draw.Operation(), draw.Resource())),
            ];

            var answer = WhatIf.Compare(before, after, Resources, uses);

            var told = answer
                .Changes.SelectMany(c => c.Ids.SelectMany(u => c.Resources.Select(r => (u, c.Operation, r, c.Gained))))
                .ToHashSet();
            foreach (
                var (user, operation, resource) in from u in Users
                from o in Operations.All
                from r in Resources
                select (u, o, r)
            )
            {
                var (then, now) = (
                    before.Decide(user, operation, resource).Allowed,
                    after.Decide(user, operation, resource).Allowed
                );
                Assert.True(
                    told.Contains((user, operation.Name, resource.ToString(), true)) == (now && !then)
                        && told.Contains((user, operation.Name, resource.ToString(), false)) == (then && !now),
                    $"seed {seed}, round {round}: {user} {operation} on {resource.Display}: {then} -> {now}"
                );
                (gains, losses) = (gains + (now && !then ? 1 : 0), losses + (then && !now ? 1 : 0));
            }

            var changed = uses.Where(use => Decides(before, use) != Decides(after, use)).ToHashSet();
            Assert.Equal(changed.Count, answer.Requests.Select(r => r.Use).Distinct().Count());
            Assert.All(
                answer.Requests,
                r => Assert.Equal((Decides(before, r.Use), Decides(after, r.Use)), (r.AllowedBefore, r.AllowedAfter))
            );
        }

        Assert.True(gains > 300 && losses > 300, $"seed {seed}: {gains} gains, {losses} losses");
    }

    [Fact]
    public void What_if_tells_of_racks_and_apps_that_do_not_exist_yet()
    {
        var (none, web) = (
            Role("none", Policy.Allow(ResourceType.Racks, Policy.Read)),
            Role(
                "web",
                Policy.Allow(ResourceType.Racks, Policy.Read),
                Policy.Allow(ResourceType.Application, "app.create")
            )
        );
        var (before, after) = (Compile(none), Compile(web));

        var change = Assert.Single(WhatIf.Compare(before, after, [Resource.Rack("staging")], []).Changes);

        Assert.Equal(("app.create", true), (change.Operation, change.Gained));
        Assert.Equal(["staging/*", "*/*"], change.Resources.AsEnumerable());
    }

    [Fact]
    public void What_if_compares_every_app_alike_ones_once_and_says_what_it_left_out()
    {
        var before = Compile(Role("r", Policy.Allow(ResourceType.Racks, Policy.Read)));
        var after = Compile(
            Role(
                "r",
                Policy.Allow(ResourceType.Racks, Policy.Read),
                Policy.Allow(ResourceType.Application, "app.delete", Selector.Regex("web-.*"))
            )
        );
        ImmutableArray<Resource> apps =
        [
            .. Enumerable.Range(0, 5000).Select(i => Resource.App("staging", i % 2 == 0 ? $"web-{i}" : $"api-{i}")),
        ];

        var whole = WhatIf.Compare(before, after, apps, []);
        var cut = WhatIf.Compare(before, after, apps, [], maxComparisons: 2);

        Assert.Equal(2500, Assert.Single(whole.Changes).ResourceCount);
        Assert.Equal(
            (1, 5000, 0),
            (whole.Compared.Principals, whole.Compared.Resources, whole.Compared.ResourcesLeftOut)
        );
        Assert.Equal(2500, cut.Compared.ResourcesLeftOut);
    }

    private static ImmutableArray<string> Users { get; } = ["u0", "u1", "u2"];

    private static CompiledPolicy Organization(RandomPolicies draw) =>
        new("acme", 1, Users.Select(user => new MemberAccess(user, draw.Held())));
}
