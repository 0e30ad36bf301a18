using Palisade.Domain.Orgs;
using Palisade.Web.Components.Access;

namespace Palisade.Web.Components.Users;

/// <summary>A role on racks as it is typed. Pure, and lossless from a grant and back.</summary>
/// <param name="Role">Its id.</param>
public sealed record GrantDraft(string Role, SelectorDraft Racks)
{
    /// <summary>No role, on no rack.</summary>
    public static GrantDraft Empty { get; } = new("", SelectorDraft.Named);

    public static GrantDraft Of(RoleGrant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return new(grant.Role, SelectorDraft.Of(grant.Racks));
    }

    public RoleGrant ToGrant() => new(Role, Racks.ToSelector());
}
