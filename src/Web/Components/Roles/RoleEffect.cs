using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Roles;

/// <summary>Who gains or loses the same at the same places.</summary>
/// <param name="Ids">The first of them; <paramref name="Count"/> is of all.</param>
public sealed record EffectGroup(
    bool Gained,
    PrincipalKind Kind,
    ImmutableArray<string> Ids,
    int Count,
    string Where,
    ImmutableArray<string> Operations
)
{
    /// <summary>As a person reads it.</summary>
    public string Who { get; init; } = "";
}

/// <summary>What saving a role would change.</summary>
public sealed record RoleEffect(WhatIfAnswer Answer, ImmutableArray<EffectGroup> Groups)
{
    /// <summary>More changed requests are counted, not listed.</summary>
    public const int MaxRequests = 50;

    private const int MaxPlaces = 8;

    public ImmutableDictionary<(PrincipalKind, string), string> Names { get; init; } =
        ImmutableDictionary<(PrincipalKind, string), string>.Empty;

    public string NameOf(Principal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return Names.GetValueOrDefault((principal.Kind, principal.Id), principal.Id);
    }

    /// <summary>Losses first: they break something.</summary>
    public static ImmutableArray<EffectGroup> Grouped(ImmutableArray<AccessChange> changes) =>
        [
            .. changes
                .GroupBy(change =>
                    (
                        change.Gained,
                        change.Kind,
                        change.IdCount,
                        Ids: string.Join(' ', change.Ids),
                        Where: WhereOf(change)
                    )
                )
                .OrderBy(same => same.Key.Gained)
                .Select(same => new EffectGroup(
                    same.Key.Gained,
                    same.Key.Kind,
                    same.First().Ids,
                    same.Key.IdCount,
                    same.Key.Where,
                    [.. same.Select(change => change.Operation)]
                )),
        ];

    /// <summary><c>the organization</c>, <c>app staging/web</c>, <c>racks to come</c>.</summary>
    public static string Place(string resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource switch
        {
            "*" => "racks to come",
            "*/*" => "apps of racks to come",
            _ when resource.EndsWith("/*", StringComparison.Ordinal) => $"apps to come on {resource[..^2]}",
            _ => Resource.TryParse(resource, out var parsed) ? parsed.Display : resource,
        };
    }

    private static string WhereOf(AccessChange change)
    {
        var places = string.Join(", ", change.Resources.Take(MaxPlaces).Select(Place));
        return change.ResourceCount > MaxPlaces ? $"{places} and {change.ResourceCount - MaxPlaces} more" : places;
    }
}
