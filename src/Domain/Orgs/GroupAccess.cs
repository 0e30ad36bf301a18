using Palisade.Domain.Access;

namespace Palisade.Domain.Orgs;

/// <summary>What groups give, in the terms that people's rights are decided in.</summary>
public static class GroupAccess
{
    /// <summary>Decides for somebody who is in one group, by its id, and holds nothing else.</summary>
    public static CompiledPolicy Compile(OrgState org, CompiledPolicy members)
    {
        ArgumentNullException.ThrowIfNull(org);
        ArgumentNullException.ThrowIfNull(members);
        return new(
            org.Name,
            members.Version,
            org.Groups.Values.Select(group => new MemberAccess(group.Id, org.Held(group.Roles))),
            previous: members
        );
    }
}
