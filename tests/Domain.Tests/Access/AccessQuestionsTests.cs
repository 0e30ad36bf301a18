using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using static Palisade.Domain.Tests.Access.TestPolicies;

namespace Palisade.Domain.Tests.Access;

/// <summary>Who can, what can, what if, and what is unused: each answer is what deciding says.</summary>
public sealed class AccessQuestionsTests
{
    private static readonly ImmutableArray<string> Racks = ["staging", "prod", "prod-eu"];
    private static readonly ImmutableArray<string> Apps = ["web", "api", "web-admin", "other"];

    private static ImmutableArray<Resource> Resources { get; } =
    [
        Resource.Org,
        .. Racks.Select(Resource.Rack),
        .. Racks.SelectMany(rack => Apps.Select(app => Resource.App(rack, app))),
    ];

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

    private static ImmutableArray<string> Users { get; } = ["u0", "u1", "u2"];

    private static CompiledPolicy Organization(RandomPolicies draw) =>
        new("acme", 1, Users.Select(user => new MemberAccess(user, draw.Held())));

    private static AccessUse Use(string user, Operation operation, Resource resource) =>
        new(new(PrincipalKind.User, user, user), operation.Name, resource.ToString(), Allowed: true)
        {
            Count = 1,
            Last = DateTimeOffset.UnixEpoch,
        };

    private static bool Decides(CompiledPolicy policy, AccessUse use) =>
        Resource.TryParse(use.Resource, out var resource)
        && policy.Decide(use.Principal.Id, Operations.Find(use.Operation), resource).Allowed;
}
