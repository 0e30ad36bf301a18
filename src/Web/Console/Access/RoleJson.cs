using System.Collections.Immutable;
using Palisade.Domain.Access;

namespace Palisade.Web.Console.Access;

/// <param name="BuiltIn">Nobody can change it; it can be cloned.</param>
public sealed record RoleJson(string Id, string Name, bool BuiltIn, ImmutableArray<PolicyJson> Policies)
{
    internal static RoleJson Of(Role role) =>
        new(role.Id, role.Name, role.IsBuiltIn, [.. role.Policies.Select(PolicyJson.Of)]);
}

public sealed record RoleBody(string Name, ImmutableArray<PolicyJson> Policies);

public sealed record NameBody(string Name);

/// <param name="Id">Of what was made.</param>
public sealed record CreatedJson(string Id);

/// <param name="Used">Operations that were used in the last 90 days.</param>
/// <param name="Unused">Operations that the role grants and that were not.</param>
/// <param name="Policies">A role that still admits every recorded use; empty when there was none.</param>
public sealed record RightSizedJson(
    string Role,
    ImmutableArray<string> Used,
    ImmutableArray<string> Unused,
    ImmutableArray<PolicyJson> Policies
)
{
    internal static RightSizedJson Of(string role, RightSized sized) =>
        new(role, sized.Used, sized.Unused, [.. sized.Policies.Select(PolicyJson.Of)]);
}
