using Palisade.Domain.Kernel;
using KernelNames = Palisade.Domain.Kernel.Names;

namespace Palisade.Domain.Access;

/// <summary>What a selector chooses from.</summary>
internal enum SelectorUse
{
    /// <summary>The type has no names: everything or a refusal.</summary>
    Nothing,
    Rack,

    /// <summary>App names, alone or with their rack.</summary>
    App,

    /// <summary>Names of workflows, integrations or deploy keys.</summary>
    Item,
}

/// <summary>Which selectors are well-formed for which resource types.</summary>
internal static class SelectorRules
{
    public static SelectorUse UseOf(ResourceType type) =>
        type switch
        {
            ResourceType.Application or ResourceType.Jobs => SelectorUse.App,
            ResourceType.Racks => SelectorUse.Rack,
            ResourceType.Workflows or ResourceType.Integrations or ResourceType.DeployKeys => SelectorUse.Item,
            _ => SelectorUse.Nothing,
        };

    /// <summary>Problems: <c>access.bad_selector</c>, <c>access.bad_pattern</c>.</summary>
    public static Problem? Check(Selector? selector, SelectorUse use) =>
        selector?.Kind switch
        {
            SelectorKind.AllowAll or SelectorKind.DenyAll => selector.Listed.IsEmpty && selector.Pattern is null
                ? null
                : Bad("one that chooses everything names nothing"),
            SelectorKind.Name or SelectorKind.List or SelectorKind.Regex when use == SelectorUse.Nothing => Bad(
                "this resource type has no names to choose from"
            ),
            SelectorKind.Name when selector.Listed.Length != 1 => Bad("it needs one name"),
            SelectorKind.List when selector.Listed.Length is 0 or > Selector.MaxNames => Bad(
                $"it needs 1 to {Selector.MaxNames} names"
            ),
            SelectorKind.Name or SelectorKind.List when selector.Pattern is not null => Bad(
                "it has names and a pattern"
            ),
            SelectorKind.Name or SelectorKind.List => selector.Listed.All(name => IsName(name, use))
                ? null
                : Bad(
                    use == SelectorUse.App
                        ? $"a name is an app or rack/app, {KernelNames.Rule}"
                        : $"a name has {KernelNames.Rule}"
                ),
            SelectorKind.Regex when !selector.Listed.IsEmpty => Bad("it has names and a pattern"),
            SelectorKind.Regex => CheckPattern(selector.Pattern, use),
            _ => Bad("it is of no known kind"),
        };

    private static Problem? CheckPattern(string? pattern, SelectorUse use) =>
        !NamePattern.Compile(pattern).TryGet(out var compiled, out var problem) ? problem
        : compiled.Rack is not null && use != SelectorUse.App ? PatternGrammar.Bad("only patterns of apps may name a /")
        : null;

    private static bool IsName(string name, SelectorUse use)
    {
        var cut = name?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        return cut < 0 || use != SelectorUse.App
            ? KernelNames.IsValid(name)
            : KernelNames.IsValid(name![..cut]) && KernelNames.IsValid(name[(cut + 1)..]);
    }

    private static Invalid Bad(string why) => new("access.bad_selector", $"The selector is refused: {why}");
}
