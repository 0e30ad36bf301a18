using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>One whole-name pattern that can be matched; it never sees a <c>/</c>.</summary>
internal sealed class NamePattern
{
    /// <summary>
    /// Engines kept at most: one is a quarter of a MiB, and an organization may write thousands of patterns. A name's
    /// answers are remembered (<see cref="KnownName"/>), so one that had to go is seldom made again.
    /// </summary>
    private const int MaxEngines = 128;

    private static readonly ConcurrentDictionary<string, Regex> Engines = new(StringComparer.Ordinal);

    private NamePattern(string source)
    {
        Source = source;
        EngineOf(source);
    }

    public string Source { get; }

    public bool IsMatch(string name) => EngineOf(Source).IsMatch(name);

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

    private static Regex EngineOf(string source)
    {
        if (Engines.TryGetValue(source, out var known))
        {
            return known;
        }

        if (Engines.Count >= MaxEngines)
        {
            Engines.Clear();
        }

        // SECURITY: linear time whatever the pattern is; \A and \z, since $ would admit a trailing newline.
        var made = new Regex($@"\A(?:{source})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return Engines.GetOrAdd(source, made);
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
