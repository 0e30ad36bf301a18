using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// One line of a role: resource type × name selector × action. A <c>DenyAll</c> selector makes it a refusal: of
/// everything of the type when the action is a level (who may not read may not write), of one operation when the action
/// names one.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.access.policy")]
public sealed record Policy
{
    public const string Read = "Read";
    public const string Write = "Write";

    [Id(0)]
    public required ResourceType Type { get; init; }

    [Id(1)]
    public required Selector Selector { get; init; }

    /// <summary><c>Read</c>, <c>Write</c> (which includes Read), or the name of one operation of the type.</summary>
    [Id(2)]
    public required string Action { get; init; }

    /// <summary>
    /// On Application only: the racks that it is limited to; both selectors must match. None means any rack.
    /// </summary>
    [Id(3)]
    public Selector? Racks { get; init; }

    /// <summary>
    /// Operations that the level leaves out. Unlike a deny, leaving out takes nothing away that another role grants.
    /// </summary>
    [Id(4)]
    public ImmutableArray<string> Without { get; init; } = [];

    public bool IsDeny => Selector.Kind == SelectorKind.DenyAll;

    public static Policy Allow(ResourceType type, string action, Selector? selector = null) =>
        new()
        {
            Type = type,
            Action = action,
            Selector = selector ?? Selector.AllowAll,
        };

    public static Policy Deny(ResourceType type, string action = Write) =>
        new()
        {
            Type = type,
            Action = action,
            Selector = Selector.DenyAll,
        };

    public bool Equals(Policy? other) =>
        other is not null
        && Type == other.Type
        && Action == other.Action
        && Selector == other.Selector
        && Racks == other.Racks
        && LeftOut.SequenceEqual(other.LeftOut);

    public override int GetHashCode() => HashCode.Combine(Type, Action, Selector, Racks);

    /// <summary><c>Application:Write on web, racks staging</c>.</summary>
    public override string ToString()
    {
        var what = IsDeny ? $"{Type}:Deny{(Action is Read or Write ? "" : $" {Action}")}" : $"{Type}:{Action}";
        var on = Selector.Kind is SelectorKind.AllowAll or SelectorKind.DenyAll ? "" : $" on {Selector}";
        var racks = Racks is null || Racks.Kind == SelectorKind.AllowAll ? "" : $", racks {Racks}";
        var without = LeftOut.IsEmpty ? "" : $" without {string.Join(", ", LeftOut)}";
        return what + on + racks + without;
    }

    internal ImmutableArray<string> LeftOut => Without.IsDefault ? [] : Without;
}
