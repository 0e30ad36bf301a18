using System.Collections.Frozen;

namespace Palisade.Domain.Access;

/// <summary>
/// A selector ready to be matched, whole-name and case-sensitive. An ill-formed one is <see cref="Broken"/>.
/// </summary>
internal sealed class CompiledSelector
{
    private readonly bool _alwaysMatches;
    private readonly FrozenSet<(string Rack, string App)> _pairs = [];

    public CompiledSelector(Selector? source, SelectorUse use, NameTests tests)
    {
        Use = use;
        Kind = source?.Kind ?? SelectorKind.DenyAll;
        Broken = SelectorRules.Check(source, use) is not null;
        _alwaysMatches = Broken || Kind is SelectorKind.AllowAll or SelectorKind.DenyAll;
        if (Broken)
        {
            return;
        }

        if (Kind == SelectorKind.Regex)
        {
            var (rack, leaf) = NamePattern.Compile(source!.Pattern).Value;
            (RackTest, LeafTest) = (rack is null ? null : tests.Of(rack), tests.Of(leaf));
        }
        else if (Kind is SelectorKind.Name or SelectorKind.List)
        {
            var leaves = source!
                .Listed.Where(name => !name.Contains('/', StringComparison.Ordinal))
                .ToFrozenSet(StringComparer.Ordinal);
            _pairs = source
                .Listed.Where(name => name.Contains('/', StringComparison.Ordinal))
                .Select(Split)
                .ToFrozenSet();
            Written =
            [
                .. leaves.Select(leaf => ((string?)null, leaf)),
                .. _pairs.Select(pair => ((string?)pair.Rack, pair.App)),
            ];
            LeafTest = leaves.Count > 0 ? tests.Of(leaves) : null;
        }
    }

    public SelectorKind Kind { get; }

    /// <summary>SECURITY: whoever asks must then grant nothing and let refusals stand (S14).</summary>
    public bool Broken { get; }

    public bool IsEverything => !Broken && Kind is SelectorKind.AllowAll or SelectorKind.DenyAll;

    /// <summary>What a pattern over <c>rack/app</c> asks of the rack.</summary>
    public NameTest? RackTest { get; }

    public NameTest? LeafTest { get; }

    /// <summary>The one test that says whether a name is chosen; null when it takes more than that.</summary>
    public NameTest? Only =>
        Broken || Kind == SelectorKind.DenyAll ? null
        : Kind == SelectorKind.AllowAll ? NameTests.Anything
        : RackTest is null && _pairs.Count == 0 ? LeafTest
        : null;

    /// <summary>Rack names and leaf names written down in this selector.</summary>
    public IReadOnlyList<(string? Rack, string Leaf)> Written { get; } = [];

    public SelectorUse Use { get; }

    public Match Of(ref NameProbe probe)
    {
        if (_alwaysMatches)
        {
            return Match.Yes;
        }

        var named = Use switch
        {
            SelectorUse.Rack => probe.HasRack,
            SelectorUse.App => probe.HasApp,
            _ => probe.HasItem,
        };
        if (!named)
        {
            return probe.Listing && CouldMatch(ref probe) ? Match.Maybe : Match.No;
        }

        var holds =
            LeafTest is not null
            && (Use == SelectorUse.Rack ? probe.Rack : probe.Leaf).Is(LeafTest)
            && (RackTest is null || (probe.HasRack && probe.Rack.Is(RackTest)));
        return holds || (_pairs.Count > 0 && probe.HasRack && _pairs.Contains((probe.Rack.Text, probe.Leaf.Text)))
            ? Match.Yes
            : Match.No;
    }

    // Whether some app of the list's rack could match; without a rack, any could.
    private bool CouldMatch(ref NameProbe probe)
    {
        if (!probe.HasRack || Use != SelectorUse.App)
        {
            return true;
        }

        var rack = probe.Rack;
        return Kind == SelectorKind.Regex
            ? RackTest is null || rack.Is(RackTest)
            : Written.Any(written => written.Rack is null || written.Rack == rack.Text);
    }

    private static (string Rack, string App) Split(string name)
    {
        var cut = name.IndexOf('/', StringComparison.Ordinal);
        return (name[..cut], name[(cut + 1)..]);
    }
}
