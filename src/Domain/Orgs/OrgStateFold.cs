namespace Palisade.Domain.Orgs;

/// <summary>Folds events into <see cref="OrgState"/>. Total: it never refuses; replay and the live path share it.</summary>
public static class OrgStateFold
{
    public static OrgState Apply(OrgState state, OrgEvent @event)
    {
        ArgumentNullException.ThrowIfNull(state);
        var after = @event switch
        {
            OrgCreated e => state with { Name = e.Name, Created = e.At },
            MemberAdded e => state with { Members = state.Members.SetItem(e.UserId, new(e.UserId, e.Roles, e.At)) },
            MemberRolesSet e when state.Members.TryGetValue(e.UserId, out var member) => state with
            {
                Members = state.Members.SetItem(e.UserId, member with { Roles = e.Roles }),
            },
            MemberRemoved e => state with { Members = state.Members.Remove(e.UserId) },
            RoleCreated e => state with { Roles = state.Roles.SetItem(e.Role.Id, e.Role) },
            RoleUpdated e => state with { Roles = state.Roles.SetItem(e.Role.Id, e.Role) },
            RoleDeleted e => state with { Roles = state.Roles.Remove(e.RoleId) },
            _ => state,
        };
        return after with { Version = state.Version + 1 };
    }
}
