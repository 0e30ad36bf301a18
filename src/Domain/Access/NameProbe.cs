using System.Collections.Frozen;

namespace Palisade.Domain.Access;

/// <summary>How a selector relates to a resource. <see cref="Maybe"/> comes only from lists: some item could match.</summary>
internal enum Match
{
    No,
    Maybe,
    Yes,
}

/// <summary>
/// The names that selectors are held against: of one resource, or of a whole class of resources that all patterns treat alike
/// (<see cref="EscalationGuard"/>), where the true sets say which patterns match instead of a text.
/// </summary>
internal readonly struct NameProbe(string? rack, string? leaf, bool listing)
{
    /// <summary>Stands for any name that nobody wrote down; not a valid name, so no exact selector holds it.</summary>
    public const string Other = "*";

    /// <summary>A name where it makes no difference which.</summary>
    public const string Any = "any";

    public NameProbe(in Resource resource, bool listing)
        : this(resource.RackName, resource.AppName ?? resource.ItemName, listing)
    {
        App = resource.AppName;
        Item = resource.ItemName;
    }

    public string? Rack { get; } = rack;

    public string? App { get; } = leaf;

    /// <summary>In a class of resources the same name stands for apps and items: no operation is decided by both.</summary>
    public string? Item { get; } = leaf;

    /// <summary>Whether a missing name means "some" (a list) rather than "none".</summary>
    public bool Listing { get; } = listing;

    public FrozenSet<NamePattern>? RackMatches { get; init; }

    public FrozenSet<NamePattern>? LeafMatches { get; init; }

    public bool RackIs(NamePattern pattern) => RackMatches is null ? pattern.IsMatch(Rack!) : RackMatches.Contains(pattern);

    public bool LeafIs(NamePattern pattern, string leaf) => LeafMatches is null ? pattern.IsMatch(leaf) : LeafMatches.Contains(pattern);
}
