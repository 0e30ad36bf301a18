using System.Collections.Immutable;
using Palisade.Domain.Orgs;

namespace Palisade.Web.Components.Users;

/// <summary>A member as pages show it.</summary>
/// <param name="Name">Its id, where the account has none any more.</param>
/// <param name="Holds">Role and racks in words, groups after them.</param>
public sealed record MemberRow(
    string Org,
    OrgMember Member,
    string Name,
    string Email,
    bool SecondFactor,
    ImmutableArray<string> Holds
)
{
    public string Path => $"/o/{Org}/users/{Member.UserId}";

    public bool IsLike(string search) =>
        Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || Email.Contains(search, StringComparison.OrdinalIgnoreCase);
}
