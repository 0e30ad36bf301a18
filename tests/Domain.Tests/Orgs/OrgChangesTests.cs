using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;

namespace Palisade.Domain.Tests.Orgs;

public sealed class OrgChangesTests
{
    [Fact]
    public void A_group_of_many_that_goes_says_of_as_many_as_fit_what_they_were_in()
    {
        var state = Fold(new OrgState(), new OrgCreated("acme", default));
        state = Fold(state, new GroupCreated(new("g1", "Everybody", [], default)));
        foreach (var id in Enumerable.Range(0, 1_000).Select(i => $"u{i:0000}"))
        {
            state = Fold(state, new MemberAdded(id, [RoleGrant.OnAllRacks(BuiltInRoles.DeveloperV2)], default));
        }

        state = Fold(state, new GroupMembersAdded("g1", [.. state.Members.Keys]));
        var deleted = new GroupDeleted("g1");

        var changes = OrgChanges.Of(state, deleted, OrgStateFold.Apply(state, deleted));

        Assert.Equal("groups.g1.name: removed Everybody", $"{changes.Items[0]}");
        Assert.Equal("members.u0000.groups: removed [Everybody (g1)]", $"{changes.Items[1]}");
        Assert.Equal(1_001, changes.Items.Length + changes.LeftOut);
    }

    [Fact]
    public void A_role_is_named_as_it_was_called_at_the_time()
    {
        var state = Fold(new OrgState(), new OrgCreated("acme", default));
        state = Fold(
            state,
            new RoleCreated(
                new()
                {
                    Id = "r1",
                    Name = "Old",
                    Policies = [],
                }
            )
        );
        ImmutableArray<RoleGrant> grants = [new("r1", Selector.List("staging", "production"))];
        var added = new MemberAdded("ann", grants, default);

        var changes = OrgChanges.Of(state, added, OrgStateFold.Apply(state, added));

        Assert.Contains(
            changes.Items,
            change => $"{change}" == "members.ann.roles: added [Old (r1) on staging, production]"
        );
    }

    [Fact]
    public void Every_quota_that_there_is_is_among_what_changed()
    {
        var quotas = new OrgQuotas();
        var all = typeof(OrgQuotas).GetProperties().Where(quota => quota.CanWrite).ToList();
        foreach (var quota in all)
        {
            var number = Nullable.GetUnderlyingType(quota.PropertyType)!;
            quota.SetValue(quotas, Convert.ChangeType(7, number, System.Globalization.CultureInfo.InvariantCulture));
        }

        var changes = OrgChanges.Of(new OrgState(), new OrgQuotasSet(quotas), new OrgState { Quotas = quotas });

        Assert.Equal(
            all.Select(quota => $"quotas.{char.ToLowerInvariant(quota.Name[0])}{quota.Name[1..]}: added 7").Order(),
            changes.Items.Select(change => $"{change}").Order()
        );
    }

    private static OrgState Fold(OrgState state, OrgEvent @event) => OrgStateFold.Apply(state, @event);
}
