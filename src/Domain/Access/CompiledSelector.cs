using System.Collections.Frozen;

namespace Palisade.Domain.Access;

/// <summary>A selector ready to be matched, whole-name and case-sensitive. An ill-formed one is <see cref="Broken"/>.</summary>
internal sealed class CompiledSelector
{
    private readonly SelectorUse _use;
    private readonly FrozenSet<string> _leaves = [];
    private readonly FrozenSet<(string Rack, string App)> _pairs = [];
    private readonly string? _single;

    public CompiledSelector(Selector? source, SelectorUse use)
    {
        _use = use;
        Kind = source?.Kind ?? SelectorKind.DenyAll;
        Broken = SelectorRules.Check(source, use) is not null;
        if (Broken)
        {
            return;
        }

        if (Kind == SelectorKind.Regex)
        {
            (RackPattern, LeafPattern) = NamePattern.Compile(source!.Pattern).Value;
        }
        else if (Kind is SelectorKind.Name or SelectorKind.List)
        {
            _leaves = source!.Listed.Where(name => !name.Contains('/', StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);
            _pairs = source.Listed.Where(name => name.Contains('/', StringComparison.Ordinal)).Select(Split).ToFrozenSet();
            _single = _pairs.Count == 0 && _leaves.Count == 1 ? _leaves.First() : null;
        }
    }

    public SelectorKind Kind { get; }

    /// <summary>SECURITY: whoever asks must then grant nothing and let refusals stand (S14).</summary>
    public bool Broken { get; }

    public bool IsEverything => !Broken && Kind is SelectorKind.AllowAll or SelectorKind.DenyAll;

    public NamePattern? RackPattern { get; }

    public NamePattern? LeafPattern { get; }

    /// <summary>Rack names and leaf names written down in this selector.</summary>
    public IEnumerable<(string? Rack, string Leaf)> Written =>
        _leaves.Select(leaf => ((string?)null, leaf)).Concat(_pairs.Select(pair => ((string?)pair.Rack, pair.App)));

    public SelectorUse Use => _use;

    public Match Of(in NameProbe probe)
    {
        if (Kind is SelectorKind.AllowAll or SelectorKind.DenyAll || Broken)
        {
            return Match.Yes;
        }

        var leaf = _use switch { SelectorUse.Rack => probe.Rack, SelectorUse.App => probe.App, _ => probe.Item };
        if (leaf is null)
        {
            return probe.Listing && CouldMatch(probe) ? Match.Maybe : Match.No;
        }

        return (Kind == SelectorKind.Regex ? IsMatch(probe, leaf) : IsListed(probe, leaf)) ? Match.Yes : Match.No;
    }

    private bool IsMatch(in NameProbe probe, string leaf)
    {
        if (_use == SelectorUse.Rack)
        {
            return probe.RackIs(LeafPattern!);
        }

        return (RackPattern is null || (probe.Rack is not null && probe.RackIs(RackPattern))) && probe.LeafIs(LeafPattern!, leaf);
    }

    private bool IsListed(in NameProbe probe, string leaf) => _single is not null
        ? string.Equals(_single, leaf, StringComparison.Ordinal)
        : _leaves.Contains(leaf) || (probe.Rack is not null && _pairs.Count > 0 && _pairs.Contains((probe.Rack, leaf)));

    // Whether some app of the list's rack could match; without a rack, any could.
    private bool CouldMatch(in NameProbe probe)
    {
        if (probe.Rack is null || _use != SelectorUse.App)
        {
            return true;
        }

        if (Kind == SelectorKind.Regex)
        {
            return RackPattern is null || probe.RackIs(RackPattern);
        }

        var rack = probe.Rack;
        return _leaves.Count > 0 || _pairs.Any(pair => pair.Rack == rack);
    }

    private static (string Rack, string App) Split(string name)
    {
        var cut = name.IndexOf('/', StringComparison.Ordinal);
        return (name[..cut], name[(cut + 1)..]);
    }
}
