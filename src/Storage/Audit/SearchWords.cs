using System.Globalization;
using System.Text;

namespace Palisade.Storage.Audit;

/// <summary>
/// Cuts text into words: runs of letters, digits and private characters, in lower case. SQLite's index cuts alike
/// (unicode61), and takes the accents away as well.
/// </summary>
internal static class SearchWords
{
    public static IEnumerable<string> Of(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsPart(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (word.Length > 0 && !IsAccent(rune))
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    private static bool IsPart(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.LetterNumber
                or UnicodeCategory.OtherNumber
                or UnicodeCategory.PrivateUse;

    // On a letter before it, which is the same word without it.
    private static bool IsAccent(Rune rune) => rune.Value is >= 0x300 and <= 0x331;
}
