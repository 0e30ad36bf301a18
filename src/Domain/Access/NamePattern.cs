using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>One compiled whole-name pattern; it never sees a <c>/</c>.</summary>
internal sealed class NamePattern
{
    private readonly Regex _regex;

    private NamePattern(string source)
    {
        Source = source;

        // SECURITY: linear time whatever the pattern is; \A and \z, since $ would admit a trailing newline.
        _regex = new Regex($@"\A(?:{source})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    public string Source { get; }

    public bool IsMatch(string name) => _regex.IsMatch(name);

    /// <summary>
    /// Compiles a pattern over a name, or one over <c>rack/app</c> as two that meet at its <c>/</c>, so that nothing
    /// can cross it. Problems: <c>access.bad_pattern</c>.
    /// </summary>
    public static Result<(NamePattern? Rack, NamePattern Leaf)> Compile(string? pattern)
    {
        if (!PatternGrammar.Check(pattern).TryGet(out var slash, out var problem))
        {
            return problem;
        }

        try
        {
            return slash < 0
                ? (null, new NamePattern(pattern!))
                : (new NamePattern(TrimEscape(pattern!, slash)), new NamePattern(pattern![(slash + 1)..]));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return PatternGrammar.Bad("it is not a regular expression that can be matched in linear time");
        }
    }

    // "staging\/web" and "staging/web" say the same.
    private static string TrimEscape(string pattern, int slash) =>
        slash > 0 && pattern[slash - 1] == '\\' && Backslashes(pattern, slash) % 2 == 1
            ? pattern[..(slash - 1)]
            : pattern[..slash];

    private static int Backslashes(string pattern, int end)
    {
        var count = 0;
        while (end - count > 0 && pattern[end - count - 1] == '\\')
        {
            count++;
        }

        return count;
    }
}
