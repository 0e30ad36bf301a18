using System.Collections.Frozen;

namespace Palisade.Domain.Access;

/// <summary>
/// Divides all racks and apps, those not yet made included, into finitely many classes that a set of selectors cannot tell apart: each name
/// written down is one; the others are told apart by which patterns match them, and every combination is assumed to exist. So what holds
/// for every class holds for every name.
/// </summary>
internal sealed class NameClasses
{
    private const int MaxPatterns = 8;
    private const int MaxClasses = 100_000;

    private readonly List<(string? Name, FrozenSet<NamePattern>? Matches)> _racks;
    private readonly List<(string? Name, FrozenSet<NamePattern>? Matches)> _leaves;

    private NameClasses(HashSet<string> racks, HashSet<NamePattern> rackPatterns, HashSet<string> leaves, HashSet<NamePattern> leafPatterns) =>
        (_racks, _leaves) = (Divide(racks, rackPatterns), Divide(leaves, leafPatterns));

    /// <summary>Null when there are too many patterns or names to go through.</summary>
    public static NameClasses? Of(IEnumerable<CompiledSelector> selectors)
    {
        HashSet<string> racks = new(StringComparer.Ordinal), leaves = new(StringComparer.Ordinal);
        HashSet<NamePattern> rackPatterns = [], leafPatterns = [];
        foreach (var selector in selectors)
        {
            var onRack = selector.Use == SelectorUse.Rack;
            foreach (var (rack, leaf) in selector.Written)
            {
                (onRack ? racks : leaves).Add(leaf);
                racks.UnionWith(rack is null ? [] : [rack]);
            }

            (onRack ? rackPatterns : leafPatterns).UnionWith(selector.LeafPattern is { } leafPattern ? [leafPattern] : []);
            rackPatterns.UnionWith(selector.RackPattern is { } rackPattern ? [rackPattern] : []);
        }

        var tooMany = rackPatterns.Count > MaxPatterns || leafPatterns.Count > MaxPatterns
            || (long)(racks.Count + (1 << rackPatterns.Count)) * (leaves.Count + (1 << leafPatterns.Count)) > MaxClasses;
        return tooMany ? null : new(racks, rackPatterns, leaves, leafPatterns);
    }

    public IEnumerable<NameProbe> Probes
    {
        get
        {
            foreach (var rack in _racks)
            {
                foreach (var leaf in _leaves)
                {
                    yield return new NameProbe(rack.Name, leaf.Name, listing: false) { RackMatches = rack.Matches, LeafMatches = leaf.Matches };
                }
            }
        }
    }

    private static List<(string?, FrozenSet<NamePattern>?)> Divide(HashSet<string> names, HashSet<NamePattern> patterns)
    {
        // No name at all: the organization itself, or a rack without an app.
        var classes = new List<(string?, FrozenSet<NamePattern>?)> { (null, null) };
        classes.AddRange(names.Select(name => ((string?)name, (FrozenSet<NamePattern>?)null)));
        var all = patterns.ToArray();
        for (var bits = 0; bits < 1 << all.Length; bits++)
        {
            classes.Add((NameProbe.Other, all.Where((_, i) => (bits >> i & 1) != 0).ToFrozenSet()));
        }

        return classes;
    }
}
