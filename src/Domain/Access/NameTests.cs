using System.Collections.Frozen;

namespace Palisade.Domain.Access;

/// <summary>The numbered tests of everything that is compiled together. Only compiling adds to it.</summary>
internal sealed class NameTests
{
    private readonly Dictionary<string, NameTest> _patterns;
    private readonly Dictionary<string, NameTest> _lists;

    public NameTests() => (_patterns, _lists) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));

    /// <summary>Goes on from others: what they numbered keeps its number.</summary>
    public NameTests(NameTests others) =>
        (_patterns, _lists) = (
            new(others._patterns, StringComparer.Ordinal),
            new(others._lists, StringComparer.Ordinal)
        );

    /// <summary>Holds for every name.</summary>
    public static NameTest Anything { get; } = new(0, null, names: null);

    public int Count => 1 + _patterns.Count + _lists.Count;

    public NameTest Of(NamePattern pattern) =>
        _patterns.TryGetValue(pattern.Source, out var known)
            ? known
            : _patterns[pattern.Source] = new(Count, pattern, []);

    public NameTest Of(FrozenSet<string> names)
    {
        // No name holds the separator.
        var key = string.Join('/', names.Order(StringComparer.Ordinal));
        return _lists.TryGetValue(key, out var known) ? known : _lists[key] = new(Count, null, names);
    }
}
