using System.Collections.Immutable;
using Palisade.Domain.Access;
using static Palisade.Domain.Tests.Access.TestPolicies;

namespace Palisade.Domain.Tests.Access;

public sealed class EscalationGuardTests
{
    private static readonly Policy Racks = Policy.Allow(ResourceType.Racks, Policy.Read);

    private static Policy Apps(Selector selector, string action = Policy.Write) =>
        Policy.Allow(ResourceType.Application, action, selector);

    private static bool Contained(Selector held, Selector given) =>
        new EscalationGuard([Role("actor", Racks, Apps(held)).Everywhere()]).CheckRole(Role("new", Racks, Apps(given)))
            is null;

    [Fact]
    public void S15_a_selector_is_contained_if_equal_listed_or_under_everything()
    {
        Assert.True(Contained(Selector.AllowAll, Selector.Regex("web.*")));
        Assert.True(Contained(Selector.AllowAll, Selector.AllowAll));
        Assert.True(Contained(Selector.Regex("web.*"), Selector.Regex("web.*")));
        Assert.True(Contained(Selector.Regex("web.*"), Selector.Name("web-1")));
        Assert.True(Contained(Selector.List("web", "api"), Selector.Name("api")));
        Assert.True(Contained(Selector.Name("web"), Selector.Name("staging/web")));
        Assert.True(Contained(Selector.Regex("web.*"), Selector.List("web", "prod/web-2")));
    }

    [Fact]
    public void S15_a_selector_that_is_not_proven_to_be_contained_is_refused()
    {
        Assert.False(Contained(Selector.Name("web"), Selector.AllowAll));
        Assert.False(Contained(Selector.Name("web"), Selector.Name("api")));
        Assert.False(Contained(Selector.Name("staging/web"), Selector.Name("web")));
        Assert.False(Contained(Selector.Regex("web.*"), Selector.Regex("web-[0-9]")));
        Assert.False(Contained(Selector.Regex(".*"), Selector.AllowAll));
        Assert.False(Contained(Selector.Regex("web.*"), Selector.List("web", "api")));
        Assert.False(Contained(Selector.Regex("staging/.*"), Selector.Regex("prod/.*")));
    }

    [Fact]
    public void S15_a_role_that_grants_only_beside_another_is_compared_by_itself()
    {
        var actor = Role("actor", Racks, Policy.Allow(ResourceType.Roles, Policy.Write)).Everywhere();

        var problem = new EscalationGuard([actor]).CheckRole(Role("half", Apps(Selector.AllowAll)));

        Assert.Equal("access.escalation", problem?.Code);
    }

    [Fact]
    public void S15_taking_a_refusal_away_counts_as_granting()
    {
        var deny = Role("no-users", Policy.Deny(ResourceType.Users)).Everywhere();
        var all = Role("all", Policy.Allow(ResourceType.AllResources, Policy.Write)).Everywhere();
        var actor = Role("actor", Policy.Allow(ResourceType.Racks, Policy.Write)).Everywhere();

        Assert.Equal("access.escalation", new EscalationGuard([actor]).CheckChange([all, deny], [all])?.Code);
        Assert.Null(new EscalationGuard([actor]).CheckChange([all, deny], [deny]));
    }

    [Fact]
    public void S15_a_role_that_a_refusal_silences_today_is_not_given_either()
    {
        var deny = Role("no-users", Policy.Deny(ResourceType.Users)).Everywhere();
        var people = Role("people", Policy.Allow(ResourceType.Users, Policy.Write)).Everywhere();
        var actor = Role("actor", Policy.Allow(ResourceType.Racks, Policy.Write)).Everywhere();

        Assert.Equal("access.escalation", new EscalationGuard([actor]).CheckChange([deny], [deny, people])?.Code);
    }

    [Fact]
    public void S15_only_an_Administrator_makes_an_Administrator()
    {
        var administrator = BuiltInRoles.Administrator.Everywhere();
        var all = Role("all", Policy.Allow(ResourceType.AllResources, Policy.Write)).Everywhere();

        Assert.NotNull(new EscalationGuard([all]).CheckChange([], [administrator]));
        Assert.NotNull(
            new EscalationGuard([BuiltInRoles.Administrator.On(Selector.Name("staging"))]).CheckChange(
                [],
                [administrator]
            )
        );
        Assert.Null(new EscalationGuard([administrator]).CheckChange([], [administrator]));
        Assert.Null(new EscalationGuard([administrator]).CheckChange([], [all]));
    }

    [Fact]
    public void S15_a_role_held_on_one_rack_is_given_on_no_other()
    {
        var actor = Role("lead", Racks, Apps(Selector.AllowAll), Policy.Allow(ResourceType.Dashboard, Policy.Read));

        Assert.Null(
            new EscalationGuard([actor.On(Selector.Name("staging"))]).CheckChange(
                [],
                [actor.On(Selector.Name("staging"))]
            )
        );
        Assert.NotNull(
            new EscalationGuard([actor.On(Selector.Name("staging"))]).CheckChange([], [actor.On(Selector.Name("prod"))])
        );
        Assert.NotNull(
            new EscalationGuard([actor.On(Selector.Name("staging"))]).CheckChange([], [actor.On(Selector.AllowAll)])
        );
        Assert.Null(
            new EscalationGuard([actor.On(Selector.AllowAll)]).CheckChange([], [actor.On(Selector.Regex("prod.*"))])
        );
    }

    [Fact]
    public void S15_who_holds_nothing_grants_nothing()
    {
        Assert.NotNull(new EscalationGuard([]).CheckChange([], [BuiltInRoles.Auditor.Everywhere()]));
        Assert.NotNull(new EscalationGuard([]).CheckRole(BuiltInRoles.Deployer));
        Assert.Null(new EscalationGuard([]).CheckChange([BuiltInRoles.Auditor.Everywhere()], []));
    }

    [Fact]
    public void S15_too_much_to_compare_is_refused()
    {
        var actor = Role("actor", [Racks, .. Enumerable.Range(0, 9).Select(i => Apps(Selector.Regex($"web{i}.*")))])
            .Everywhere();

        Assert.Contains(
            "too many",
            new EscalationGuard([actor]).CheckRole(Role("new", Racks, Apps(Selector.Name("web1"))))?.Message
        );
    }

    [Fact]
    public void S15_one_guard_says_of_many_changes_what_a_new_one_says_and_compiles_each_role_once()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        var actor = draw.Held();
        var kinds = Enumerable.Range(0, 6).Select(_ => draw.Held()).ToList();
        var guard = new EscalationGuard(actor);
        for (var member = 0; member < 300; member++)
        {
            var (before, after) = (kinds[member % 6], kinds[member / 6 % 6]);
            Assert.True(
                new EscalationGuard(actor).CheckChange(before, after) == guard.CheckChange(before, after),
                $"seed {seed}, member {member}"
            );
        }

        var roles = kinds.Append(actor).SelectMany(held => held).Select(held => held with { Group = null });
        Assert.InRange(guard.RolesCompiled, 1, roles.Distinct().Count());
    }

    [Fact]
    public void S15_whatever_passes_the_guard_gives_nobody_what_the_actor_lacks()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        var passed = 0;
        for (var round = 0; round < 400; round++)
        {
            ImmutableArray<HeldRole> actor = draw.Held(),
                before = draw.Held(),
                after = round % 3 == 0 ? actor : draw.Held();
            if (round % 2 == 0)
            {
                (before, after) = ([.. before.Concat(after)], before);
            }

            if (new EscalationGuard(actor).CheckChange(before, after) is not null)
            {
                continue;
            }

            passed++;
            var (then, now, by) = (Compile([.. before]), Compile([.. after]), Compile([.. actor]));
            for (var i = 0; i < 60; i++)
            {
                var (operation, resource) = (draw.Operation(), draw.Resource());
                var gained =
                    !operation.Lists
                    && now.Decide(User, operation, resource).Allowed
                    && !then.Decide(User, operation, resource).Allowed
                    && !by.Decide(User, operation, resource).Allowed;
                Assert.False(gained, $"seed {seed}, round {round}: {operation} on {resource.Display} was gained");
            }
        }

        Assert.True(passed > 10, $"seed {seed}: only {passed} changes passed");
    }
}
