using System.Text;

namespace Palisade.Storage;

/// <summary>The range of keys that start with a prefix, so that an index finds them.</summary>
internal static class KeyRange
{
    /// <summary>The first text after all texts with the prefix, or null when there is no end.</summary>
    public static string? End(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        for (var last = runes.Count - 1; last >= 0; last--)
        {
            var next = runes[last].Value + 1;
            if (next == 0xD800)
            {
                next = 0xE000;
            }

            if (next <= 0x10FFFF)
            {
                return string.Concat(runes.Take(last).Append(new Rune(next)).Select(rune => rune.ToString()));
            }
        }

        return null;
    }
}
