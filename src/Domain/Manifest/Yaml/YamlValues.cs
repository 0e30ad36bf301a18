using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Palisade.Domain.Manifest.Yaml;

/// <summary>YAML 1.1 numbers and booleans (yaml.org/type/int, /bool), without base 60.</summary>
internal static class YamlValues
{
    public static bool TryWhole(string text, out int value)
    {
        value = 0;
        var digits = text.AsSpan().Trim();
        var negative = digits.StartsWith("-");
        digits = digits is ['-' or '+', ..] ? digits[1..] : digits;
        if (digits.Length is 0 or > 32 || !char.IsAsciiDigit(digits[0]))
        {
            return false;
        }

        var radix = digits switch
        {
            ['0', 'x' or 'X', ..] => 16,
            ['0', 'b' or 'B', ..] => 2,
            ['0', _, ..] => 8,
            _ => 10,
        };
        var prefix = digits switch
        {
            ['0', 'x' or 'X' or 'b' or 'B' or 'o', ..] => 2,
            ['0', _, ..] => 1,
            _ => 0,
        };
        var (total, seen) = (0L, false);
        foreach (var c in digits[prefix..])
        {
            if (c == '_')
            {
                continue;
            }

            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : radix;
            if (digit >= radix || (total = (total * radix) + digit) > int.MaxValue)
            {
                return false;
            }

            seen = true;
        }

        value = (int)(negative ? -total : total);
        return seen;
    }

    public static bool TryFlag(string text, out bool value)
    {
        value = text is "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON";
        return value
            || text is "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF";
    }

    /// <summary>The candidate nearest to the word, when it is near enough to be a slip of the pen.</summary>
    public static bool TryNearest(string word, IEnumerable<string> candidates, [NotNullWhen(true)] out string? nearest)
    {
        nearest = null;
        if (word.Length is < 2 or > 40)
        {
            return false;
        }

        var best = word.Length < 4 ? 1 : 2;
        foreach (var candidate in candidates)
        {
            var distance = Distance(
                word.ToLower(CultureInfo.InvariantCulture),
                candidate.ToLower(CultureInfo.InvariantCulture)
            );
            if (distance < best || (distance == best && nearest is null))
            {
                (best, nearest) = (distance, candidate);
            }
        }

        return nearest is not null;
    }

    // Levenshtein, two rows.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? diagonal : diagonal + 1;
                diagonal = row[j];
                row[j] = Math.Min(cost, Math.Min(row[j - 1], diagonal) + 1);
            }
        }

        return row[b.Length];
    }
}
