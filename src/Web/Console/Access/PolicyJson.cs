using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Web.Console.People;

namespace Palisade.Web.Console.Access;

/// <summary>One line of a role.</summary>
/// <param name="Action"><c>Read</c>, <c>Write</c> or the name of one operation of the type.</param>
/// <param name="Deny">A refusal; it chooses no names.</param>
/// <param name="On">The names that it is about; none: all.</param>
/// <param name="Racks">On Application, the racks that it is limited to.</param>
/// <param name="Without">Operations that the level leaves out.</param>
public sealed record PolicyJson(
    ResourceType Type,
    string Action,
    bool Deny = false,
    RacksJson? On = null,
    RacksJson? Racks = null,
    ImmutableArray<string>? Without = null
)
{
    internal static PolicyJson Of(Policy policy) =>
        new(
            policy.Type,
            policy.Action,
            policy.IsDeny,
            policy.Selector.Kind is SelectorKind.AllowAll or SelectorKind.DenyAll
                ? null
                : RacksJson.Of(policy.Selector),
            policy.Racks is null ? null : RacksJson.Of(policy.Racks),
            policy.Without.IsDefaultOrEmpty ? null : policy.Without
        );

    internal static ImmutableArray<Policy> ToPolicies(ImmutableArray<PolicyJson> policies) =>
        policies.IsDefault ? [] : [.. policies.Select(policy => policy.ToPolicy())];

    private Policy ToPolicy() =>
        new()
        {
            Type = Type,
            Action = Action,
            Selector =
                Deny ? Selector.DenyAll
                : On?.ToSelector() is { } named ? named
                : Selector.AllowAll,
            Racks = Racks?.ToSelector(),
            Without = Without ?? [],
        };
}
