using System.Collections.Frozen;

namespace Palisade.Domain.Access;

/// <summary>
/// One question that selectors ask of a name: does this pattern match it, is it in this list. Numbered within its
/// <see cref="NameTests"/>, so that a name's answers are bits (<see cref="KnownName"/>) and roles that ask alike share
/// one.
/// </summary>
internal sealed class NameTest
{
    private readonly NamePattern? _pattern;
    private readonly FrozenSet<string>? _names;

    public NameTest(int number, NamePattern? pattern, FrozenSet<string>? names) =>
        (Number, _pattern, _names) = (number, pattern, names);

    public int Number { get; }

    /// <summary>
    /// Whether it asks for a pattern: then what it says of a name that nobody wrote down is not known beforehand.
    /// </summary>
    public bool IsPattern => _pattern is not null;

    public bool Holds(string name) => _pattern?.IsMatch(name) ?? _names?.Contains(name) ?? true;
}
