using Palisade.Domain.Access;

namespace Palisade.Web.Components.Roles;

/// <summary>A role in the list, and how many have it; null: not the reader's to see.</summary>
/// <param name="People">Members who have it, directly or through a group.</param>
public sealed record RoleRow(string Org, Role Role, int? People, int? Groups, int? Keys)
{
    /// <summary>Nobody and nothing that may have it is hidden from the reader.</summary>
    public bool SeesAll { get; init; }

    public string Path => PathOf(Org, Role.Id);

    public string Says => PolicyWords.Summary(Role);

    public static string PathOf(string org, string id) => $"/o/{org}/roles/{Uri.EscapeDataString(id)}";

    public bool IsLike(string search) =>
        Role.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || PolicyWords.Summary(Role, int.MaxValue).Contains(search, StringComparison.OrdinalIgnoreCase);
}
