using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Tests;
using Palisade.Domain.Tests.Access;
using Palisade.Grains.Access;
using Palisade.Grains.Orgs;
using Palisade.Web.Components.Access;
using Palisade.Web.Components.Roles;
using Palisade.Web.Tests.Console;

namespace Palisade.Web.Tests.Components;

/// <summary>A role as the page writes it: lossless in both forms, and previewed as it is then enforced.</summary>
public sealed class RoleDraftTests(ConsoleWorld world) : IClassFixture<ConsoleWorld>
{
    [Fact]
    public void Switching_between_lines_and_text_loses_nothing_of_random_roles()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        for (var round = 0; round < 500; round++)
        {
            var policies = draw.Role(1).Policies;
            var draft = RoleDraft.Of("Some role", policies);
            Assert.True(policies.SequenceEqual(draft.Policies), $"seed {seed}, round {round}: lines");

            var text = draft.AsText();
            var typed = RoleDraft.Empty.AsText().Typing(text.Text! + "# by hand\n");
            var back = typed.AsLines();

            Assert.True(back.Ok, $"seed {seed}, round {round}: {back}");
            Assert.Equal("Some role", back.Value.Name);
            Assert.True(policies.SequenceEqual(back.Value.Policies), $"seed {seed}, round {round}: {text.Text}");
            Assert.Equal(typed.Text, back.Value.AsText().Text);
        }
    }

    [Fact]
    public void A_text_that_cannot_be_read_stays_and_says_its_line()
    {
        var bad = RoleDraft
            .Of("R", BuiltInRoles.Deployer.Policies)
            .AsText()
            .Typing("name: R\npolicies:\n  - alow: Racks:Read\n");

        var read = bad.AsLines();

        Assert.Equal("access.bad_document", read.Problem?.Code);
        Assert.Contains("line 3", read.Problem!.Message, StringComparison.Ordinal);
        Assert.EndsWith("alow: Racks:Read\n", bad.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_still_to_be_given_are_never_all_of_them()
    {
        var draft = RoleDraft.Of("R", [PolicyDraft.Empty.ToPolicy()]);

        Assert.NotNull(RoleRules.Check("R", draft.Policies));
        Assert.False(RoleDraft.Empty.AsText().Read().Ok);
        Assert.True(RoleDraft.Empty.AsText().AsLines().Value.Lines.SequenceEqual(RoleDraft.Empty.Lines));
    }

    [Fact]
    public void Going_elsewhere_and_back_widens_nothing()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        for (var round = 0; round < 500; round++)
        {
            var policy = draw.Role(1).Policies[0];
            var line = PolicyDraft.Of(policy);
            foreach (var type in Enum.GetValues<ResourceType>().Where(t => t != ResourceType.None))
            {
                var there = line.To(type) with { Deny = !line.Deny };
                var said = there.ToPolicy();
                Assert.False(
                    policy.IsDeny && RoleRules.HasNames(type) && RoleRules.Check(said) is null,
                    $"seed {seed}, round {round}: a refusal became {said}, of names that nobody chose"
                );
                var back = there.To(policy.Type) with { Deny = line.Deny, Action = line.Action };
                Assert.Equal(policy, back.ToPolicy());
            }
        }
    }

    [Fact]
    public void What_is_wrong_with_a_line_is_said_of_that_line()
    {
        var good = PolicyDraft.Empty with { On = SelectorDraft.All };

        Assert.Null(RoleRules.Check(good.ToPolicy()));
        Assert.NotNull(RoleRules.Check(PolicyDraft.Empty.ToPolicy()));
    }

    [Fact]
    public async Task The_preview_of_random_roles_is_what_enforcement_then_does()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var draw = new RandomPolicies(seed);
        var ada = ConsoleWorld.User("ada");
        var org = world.Grains.GetGrain<IOrgGrain>(ConsoleWorld.Org);
        var policies = world.Services.GetRequiredService<Policies>();
        var previewer = world.Services.GetRequiredService<RolePreviewer>();
        var id = (await org.CreateRoleAsync(ada, "Random", [Policy.Allow(ResourceType.Racks, Policy.Read)])).Value;
        await world.AddMemberAsync("rand", new RoleGrant(id, Selector.AllowAll));
        await world.AddMemberAsync(
            "near",
            new RoleGrant(id, Selector.Name("staging")),
            new RoleGrant("Auditor", Selector.AllowAll)
        );
        string[] people = ["ada", "audi", "dev", "rand", "near"];
        Resource[] resources = [Resource.Org, Resource.Rack("staging"), Resource.Rack("prod")];
        var changed = 0;
        for (var round = 0; round < 40; round++)
        {
            var basis = (await policies.OrgAsync(ConsoleWorld.Org)).State.FindRole(id)!;
            var draft = RoleDraft.Of($"Random {round}", draw.Role(1).Policies);
            draft = round % 2 == 0 ? draft : RoleDraft.Empty.AsText().Typing(draft.AsText().Text!);
            var (name, lines) = draft.Read().Value;
            var check = await previewer.CheckAsync(ada, basis, name, lines, default);
            var before = await policies.OfAsync(ConsoleWorld.Org);

            var effect = await previewer.EffectAsync(ada, basis, name, lines, default);
            var saved = (await org.UpdateRoleAsync(ada, id, name, lines, basis)).Problem;

            Assert.True((check.Refusal is null) == (saved is null), $"seed {seed}, round {round}: {check} {saved}");
            if (saved is not null)
            {
                continue;
            }

            var after = await policies.OfAsync(ConsoleWorld.Org);
            var told = effect
                .Value.Answer.Changes.SelectMany(c =>
                    c.Ids.SelectMany(who => c.Resources.Select(where => (who, c.Operation, where, c.Gained)))
                )
                .ToHashSet();
            foreach (
                var (who, operation, resource) in from p in people
                from o in Operations.All
                from r in resources
                select (p, o, r)
            )
            {
                var (then, now) = (
                    before.Decide(who, operation, resource).Allowed,
                    after.Decide(who, operation, resource).Allowed
                );
                Assert.True(
                    told.Contains((who, operation.Name, resource.ToString(), true)) == (now && !then)
                        && told.Contains((who, operation.Name, resource.ToString(), false)) == (then && !now),
                    $"seed {seed}, round {round}: {who} {operation} on {resource.Display}: {then} -> {now}"
                );
                changed += then == now ? 0 : 1;
            }
        }

        Assert.True(changed > 200, $"seed {seed}: only {changed} verdicts changed");
    }

    [Fact]
    public async Task A_role_that_was_changed_meanwhile_is_not_written_over()
    {
        var ada = ConsoleWorld.User("ada");
        var org = world.Grains.GetGrain<IOrgGrain>(ConsoleWorld.Org);
        ImmutableArray<Policy> first = [Policy.Allow(ResourceType.Racks, Policy.Read)];
        ImmutableArray<Policy> second = [Policy.Allow(ResourceType.Racks, Policy.Write)];
        var id = (await org.CreateRoleAsync(ada, "Contested", first)).Value;
        var basis = new Role
        {
            Id = id,
            Name = "Contested",
            Policies = first,
        };
        Assert.True((await org.UpdateRoleAsync(ada, id, "Contested", second, basis)).Ok);

        var stale = await org.UpdateRoleAsync(ada, id, "Contested", first, basis);

        Assert.Equal("role.stale", stale.Problem?.Code);
        var (state, _) = await world.Services.GetRequiredService<Policies>().OrgAsync(ConsoleWorld.Org);
        Assert.Equal(second.AsEnumerable(), state.FindRole(id)!.Policies);
    }

    [Fact]
    public async Task S15_what_the_writer_may_not_give_is_said_by_line_before_it_is_saved()
    {
        var previewer = world.Services.GetRequiredService<RolePreviewer>();
        var id = (
            await world
                .Grains.GetGrain<IOrgGrain>(ConsoleWorld.Org)
                .CreateRoleAsync(
                    ConsoleWorld.User("ada"),
                    "Role makers",
                    [Policy.Allow(ResourceType.Roles, Policy.Write)]
                )
        ).Value;
        await world.AddMemberAsync("maker", new RoleGrant(id, Selector.AllowAll));
        ImmutableArray<Policy> lines =
        [
            Policy.Allow(ResourceType.Roles, Policy.Read),
            Policy.Allow(ResourceType.Racks, Policy.Write),
        ];

        var check = await previewer.CheckAsync(ConsoleWorld.User("maker"), null, "Mine", lines, default);

        Assert.True(check.IsEscalation);
        Assert.Equal([1], check.Lines.Select(line => line.Line));
        Assert.Contains("Racks:", check.Lines[0].Why, StringComparison.Ordinal);
    }
}
