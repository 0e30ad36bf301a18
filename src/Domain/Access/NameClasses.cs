namespace Palisade.Domain.Access;

/// <summary>
/// Divides all racks and apps, those not yet made included, into finitely many classes that a set of selectors cannot
/// tell apart: each name written down is one; the others are told apart by which patterns match them, and every
/// combination is assumed to exist. So what holds for every class holds for every name.
/// </summary>
internal sealed class NameClasses
{
    private const int MaxPatterns = 8;
    private const int MaxClasses = 100_000;

    private readonly List<KnownName?> _racks;
    private readonly List<KnownName?> _leaves;

    private NameClasses(List<KnownName?> racks, List<KnownName?> leaves) => (_racks, _leaves) = (racks, leaves);

    /// <summary>Null when there are too many patterns or names to go through.</summary>
    public static NameClasses? Of(NameTests tests, IEnumerable<CompiledSelector> selectors)
    {
        HashSet<string> racks = new(StringComparer.Ordinal),
            leaves = new(StringComparer.Ordinal);
        HashSet<NameTest> rackPatterns = [],
            leafPatterns = [];
        foreach (var selector in selectors)
        {
            var onRack = selector.Use == SelectorUse.Rack;
            foreach (var (rack, leaf) in selector.Written)
            {
                (onRack ? racks : leaves).Add(leaf);
                racks.UnionWith(rack is null ? [] : [rack]);
            }

            (onRack ? rackPatterns : leafPatterns).UnionWith(
                selector.LeafTest is { IsPattern: true } leafTest ? [leafTest] : []
            );
            rackPatterns.UnionWith(selector.RackTest is { } rackTest ? [rackTest] : []);
        }

        var tooMany =
            rackPatterns.Count > MaxPatterns
            || leafPatterns.Count > MaxPatterns
            || (long)(racks.Count + (1 << rackPatterns.Count)) * (leaves.Count + (1 << leafPatterns.Count))
                > MaxClasses;
        return tooMany
            ? null
            : new(Divide(racks, rackPatterns, tests.Count), Divide(leaves, leafPatterns, tests.Count));
    }

    public IEnumerable<NameProbe> Probes => from rack in _racks from leaf in _leaves select new NameProbe(rack, leaf);

    private static List<KnownName?> Divide(HashSet<string> names, HashSet<NameTest> patterns, int tests)
    {
        // No name at all: the organization itself, or a rack without an app.
        var classes = new List<KnownName?> { null };
        classes.AddRange(names.Select(name => new KnownName(name, tests)));
        var all = patterns.ToArray();
        for (var bits = 0; bits < 1 << all.Length; bits++)
        {
            classes.Add(new KnownName(NameProbe.Other, tests, all.Where((_, i) => (bits >> i & 1) != 0)));
        }

        return classes;
    }
}
