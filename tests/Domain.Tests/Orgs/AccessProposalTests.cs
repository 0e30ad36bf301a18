using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Orgs;
using Palisade.Domain.Orgs.Text;
using Palisade.Domain.Tests.Access;

namespace Palisade.Domain.Tests.Orgs;

/// <summary>What a proposal says of a change is what doing it then does.</summary>
public sealed class AccessProposalTests : OrgStory
{
    private static readonly ImmutableArray<string> Users = ["ana", "u0", "u1", "u2", "u3"];

    private static ImmutableArray<Resource> Resources { get; } =
    [
        Resource.Org,
        .. Racks.Select(Resource.Rack),
        .. Racks.SelectMany(rack => new[] { "web", "api", "web-admin" }.Select(app => Resource.App(rack, app))),
    ];

    private static ImmutableArray<string> Racks => ["staging", "prod", "prod-eu"];

    [Fact]
    public void Every_kind_of_change_is_what_its_proposal_said()
    {
        var seed = TestSeed.Of("PALISADE_SEED");
        var (draw, random) = (new RandomPolicies(seed), new Random(seed));
        var changes = new int[7];
        // Until every kind (a new role that nobody holds changes nothing) has changed something, however it is drawn.
        for (var round = 0; round < 70 || (round < 2000 && Changing().Any(count => count <= 20)); round++)
        {
            Given(draw, random);
            var (role, group) = (Pick(State.Roles.Keys), Pick(State.Groups.Keys));
            var user = Users[1 + random.Next(Users.Length - 1)];
            var (proposal, act) = (round % changes.Length) switch
            {
                0 => Change(new ProposeRoleDeletion(role), () => Delete(role)),
                1 => Change(
                    new ProposeJoining(group, [user]),
                    () => Do(OrgGroups.AddMembers(State, group, [user], By("ana")))
                ),
                2 => Change(
                    new ProposeLeaving(group, [user]),
                    () => Do(OrgGroups.RemoveMembers(State, group, [user], By("ana")))
                ),
                3 => Change(new ProposeRemoval(user), () => Do(OrgMembers.Remove(State, user))),
                4 => Change(new ProposeGroupDeletion(group), () => Do(OrgGroups.Delete(State, group, By("ana")))),
                5 => NewRole(draw),
                _ => Document(draw),
            };
            var (before, told) = (State.Compile(), Told(proposal));

            act();

            var after = State.Compile();
            foreach (
                var (id, operation, resource) in from u in Users
                from o in Operations.All
                from r in Resources
                select (u, o, r)
            )
            {
                var (then, now) = (
                    before.Decide(id, operation, resource).Allowed,
                    after.Decide(id, operation, resource).Allowed
                );
                var name = resource.ToString();
                Assert.True(
                    told.Contains((id, operation.Name, name, true)) == (now && !then)
                        && told.Contains((id, operation.Name, name, false)) == (then && !now),
                    $"seed {seed}, round {round}: {proposal}: {id} {operation} on {resource.Display}: {then} -> {now}"
                );
                changes[round % changes.Length] += then == now ? 0 : 1;
            }
        }

        Assert.All(Changing(), count => Assert.True(count > 20, $"seed {seed}: {string.Join(", ", changes)}"));
        Assert.Equal(0, changes[5]);
        IEnumerable<int> Changing() => changes.Where((_, kind) => kind != 5);
        string Pick(IEnumerable<string> from) => from.ElementAt(random.Next(from.Count()));
    }

    [Fact]
    public void A_proposal_that_is_not_well_formed_is_refused_with_the_words_of_the_change()
    {
        Given();

        Assert.Equal("role.built_in", Code(new ProposeRoleDeletion("Auditor")));
        Assert.Equal("role.not_found", Code(new ProposeRoleDeletion("role-x")));
        Assert.Equal("role.name_taken", Code(new ProposeNewRole("Auditor", [Policy.Deny(ResourceType.Billing)])));
        Assert.Equal("role.bad_policy", Code(new ProposeNewRole("New", [])));
        Assert.Equal("member.not_found", Code(new ProposeRemoval("nobody")));
        Assert.Equal("group.not_found", Code(new ProposeJoining("group-x", ["ana"])));
        Assert.Equal("group.not_found", Code(new ProposeLeaving("group-x", ["ana"])));
        Assert.Equal("group.not_found", Code(new ProposeGroupDeletion("group-x")));
        var group = Do(OrgGroups.Create(State, "G", [], By("ana")));
        Assert.Equal("member.not_found", Code(new ProposeJoining(group, ["nobody"])));
        Assert.Equal("group.members_missing", Code(new ProposeLeaving(group, [])));

        string? Code(AccessProposal proposal) => proposal.ApplyTo(State).Problem?.Code;
    }

    private void Given(RandomPolicies draw, Random random)
    {
        State = new();
        Given();
        for (var i = 0; i < 3; i++)
        {
            var drawn = draw.Role(i).Policies;
            Do(
                OrgRoles.Create(
                    State,
                    $"r{i}",
                    [
                        .. drawn
                            .Where(policy => RoleRules.Check("r", [policy]) is null)
                            .DefaultIfEmpty(Policy.Allow(ResourceType.Racks, Policy.Read)),
                    ],
                    By("ana")
                )
            );
        }

        for (var i = 0; i < 2; i++)
        {
            Do(OrgGroups.Create(State, $"g{i}", Grants(), By("ana")));
        }

        foreach (var user in Users.Skip(1))
        {
            Do(OrgMembers.Add(State, user, [.. Grants(), new("DeveloperV2", Selector.Name("staging"))], By("ana")));
            Do(OrgGroups.AddMembers(State, State.Groups.Keys.ElementAt(random.Next(2)), [user], By("ana")));
        }

        ImmutableArray<RoleGrant> Grants() =>
            [
                new(
                    State.Roles.Keys.ElementAt(random.Next(3)),
                    random.Next(2) == 0 ? Selector.AllowAll : Selector.Name("prod")
                ),
            ];
    }

    // Taken from all who hold it first, as the proposal says.
    private void Delete(string role)
    {
        foreach (var member in State.Members.Values.Where(member => member.Roles.Any(grant => grant.Role == role)))
        {
            Do(OrgMembers.SetRoles(State, member.UserId, Without(member.Roles), By("ana")));
        }

        foreach (var group in State.Groups.Values.Where(group => group.Roles.Any(grant => grant.Role == role)))
        {
            Do(OrgGroups.SetRoles(State, group.Id, Without(group.Roles), By("ana")));
        }

        Do(OrgRoles.Delete(State, role));
        ImmutableArray<RoleGrant> Without(ImmutableArray<RoleGrant> roles) =>
            roles.RemoveAll(grant => grant.Role == role);
    }

    private (AccessProposal, Action) NewRole(RandomPolicies draw)
    {
        ImmutableArray<Policy> policies = [Policy.Allow(ResourceType.Application, Policy.Write), draw.Policy()];
        policies = RoleRules.Check("New", policies) is null ? policies : policies[..1];
        return Change(
            new ProposeNewRole("New", policies),
            () => Do(OrgRoles.Create(State, "New", policies, By("ana")))
        );
    }

    private (AccessProposal, Action) Document(RandomPolicies draw)
    {
        var read = AccessDocument.Of(State);
        var policies = draw.Role(0).Policies.Where(policy => RoleRules.Check("r", [policy]) is null);
        var document = read with
        {
            Roles =
            [
                .. read.Roles!.Value.Select(
                    (role, i) =>
                        i == 0
                            ? role with
                            {
                                Policies = [.. policies, Policy.Allow(ResourceType.Dashboard, Policy.Read)],
                            }
                            : role
                ),
            ],
            Members =
            [
                .. read.Members!.Value.Select(member => member.User == "u1" ? member with { Groups = [] } : member),
            ],
        };
        var plan = AccessPlanner.Plan(State, document).Value;
        return Change(
            new ProposeDocument(document),
            () => Do(AccessPlanner.Apply(State, document, plan.Hash, By("ana")))
        );
    }

    private HashSet<(string, string, string, bool)> Told(AccessProposal proposal)
    {
        var before = State.Compile();
        var proposed = proposal.ApplyTo(State).Value;
        return
        [
            .. WhatIf
                .Compare(before, proposed.Compile(proposed.Version, before), Resources, [])
                .Changes.SelectMany(c =>
                    c.Ids.SelectMany(id => c.Resources.Select(r => (id, c.Operation, r, c.Gained)))
                ),
        ];
    }

    private static (AccessProposal, Action) Change(AccessProposal proposal, Action act) => (proposal, act);
}
