using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Orgs;

namespace Palisade.Web.Console.People;

/// <param name="Role">Id of a role.</param>
/// <param name="Racks">Where it is held; all racks is an explicit choice (S17).</param>
public sealed record GrantJson(string Role, RacksJson Racks)
{
    internal static GrantJson Of(RoleGrant grant) => new(grant.Role, RacksJson.Of(grant.Racks));

    internal static ImmutableArray<GrantJson> Of(ImmutableArray<RoleGrant> grants) => [.. grants.Select(Of)];

    internal static ImmutableArray<RoleGrant> ToGrants(ImmutableArray<GrantJson> grants) =>
        grants.IsDefault ? [] : [.. grants.Select(grant => new RoleGrant(grant.Role, grant.Racks.ToSelector()))];
}

/// <summary>One of these.</summary>
/// <param name="All">True: every rack, those to come too.</param>
/// <param name="Names">These.</param>
/// <param name="Pattern">Those whose whole name matches.</param>
public sealed record RacksJson(bool? All = null, ImmutableArray<string>? Names = null, string? Pattern = null)
{
    internal static RacksJson Of(Selector racks) =>
        racks.Kind switch
        {
            SelectorKind.AllowAll => new(All: true),
            SelectorKind.Regex => new(Pattern: racks.Pattern),
            _ => new(Names: racks.Names),
        };

    /// <summary>
    /// SECURITY: what names nothing or several things chooses no rack, and is refused where it is given.
    /// </summary>
    internal Selector ToSelector() =>
        (All, Names, Pattern) switch
        {
            (true, null, null) => Selector.AllowAll,
            (null or false, { IsDefaultOrEmpty: false } names, null) => new Selector
            {
                Kind = names.Length == 1 ? SelectorKind.Name : SelectorKind.List,
                Names = names,
            },
            (null or false, null, { } pattern) => Selector.Regex(pattern),
            _ => Selector.DenyAll,
        };
}
