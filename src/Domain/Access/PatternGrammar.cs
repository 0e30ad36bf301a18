using System.Globalization;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// The part of .NET's regular expressions that selectors may use: no options, no named groups, no look-around, small
/// counts, and at most one <c>/</c>, which stands outside brackets and alternatives.
/// </summary>
internal static class PatternGrammar
{
    /// <summary>
    /// Names are at most 63 long; nested counts multiply into states, so their product is bounded too.
    /// </summary>
    private const int MaxCount = Names.MaxLength;
    private const int MaxProduct = 4096;

    /// <summary>Position of the pattern's one <c>/</c>, or -1.</summary>
    public static Result<int> Check(string? pattern)
    {
        if (pattern is not { Length: > 0 and <= Selector.MaxPattern } || pattern.Any(char.IsControl))
        {
            return Bad($"it must have 1 to {Selector.MaxPattern} characters, none of them a control character");
        }

        var (depth, slash, alternatives, product) = (0, -1, false, 1);
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\' when i + 1 < pattern.Length && pattern[i + 1] != '/':
                    i++;
                    break;
                case '[':
                    i = EndOfClass(pattern, i);
                    if (i < 0)
                    {
                        return Bad("a [class] must be closed and hold neither [ nor /");
                    }

                    break;
                case '('
                    when i + 1 < pattern.Length
                        && pattern[i + 1] == '?'
                        && (i + 2 >= pattern.Length || pattern[i + 2] != ':'):
                    return Bad("(?…) is not supported other than (?:…)");
                case '(':
                    depth++;
                    break;
                case ')' when --depth < 0:
                    return Bad("a ) has no (");
                case '|' when depth == 0:
                    alternatives = true;
                    break;
                case '{':
                    product = Math.Min(int.MaxValue / MaxCount, product * Count(pattern, i));
                    break;
                case '/' when depth > 0 || slash >= 0:
                    return Bad("it may name one / only, outside of brackets");
                case '/':
                    slash = i;
                    break;
            }
        }

        return (slash, alternatives, depth, product) switch
        {
            (_, _, not 0, _) => Bad("a ( is not closed"),
            (_, _, _, > MaxProduct) => Bad($"counts are at most {MaxCount}, and multiply to {MaxProduct} at most"),
            (>= 0, true, _, _) => Bad("put alternatives in brackets when the pattern names a /"),
            _ => slash,
        };
    }

    public static Problem Bad(string why) =>
        new Invalid("access.bad_pattern", $"The pattern is refused: {why}")
        {
            Suggestion = "a pattern matches the whole name, for example web-.* or staging/(?:web|api)",
        };

    private static int EndOfClass(string pattern, int open)
    {
        for (var i = open + 1; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[' or '/':
                    return -1;
                case ']' when i > open + 1 && !(i == open + 2 && pattern[open + 1] == '^'):
                    return i;
            }
        }

        return -1;
    }

    // The larger of {n}, {n,} and {n,m}; one beyond the product's bound when it is not small.
    private static int Count(string pattern, int open)
    {
        var close = pattern.IndexOf('}', open);
        var largest = 1;
        foreach (var part in close < 0 ? [] : pattern[(open + 1)..close].Split(','))
        {
            if (part.Length > 0)
            {
                largest =
                    int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= MaxCount
                        ? Math.Max(largest, n)
                        : MaxProduct + 1;
            }
        }

        return largest;
    }
}
