namespace Palisade.Domain.Kernel;

/// <summary>
/// Makes text from outside safe to quote in a message: no control characters, no <c>%</c> (a printf format to the
/// client), bounded.
/// </summary>
public static class Printable
{
    public const int MaxLength = 100;

    /// <summary>
    /// Text to be stored: without control characters and broken surrogates, at most <paramref name="max"/> UTF-16
    /// units. One line, unless line feeds are <paramref name="kept"/>.
    /// </summary>
    public static string Line(string? text, int max, bool kept = false)
    {
        var line = new System.Text.StringBuilder(Math.Min(text?.Length ?? 0, max));
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            // U+0000 can't be stored at all; the others would move a terminal's cursor.
            if (System.Text.Rune.IsControl(rune) && !(kept && rune.Value == '\n'))
            {
                continue;
            }

            if (line.Length + rune.Utf16SequenceLength > max)
            {
                break;
            }

            line.Append(rune);
        }

        return line.ToString();
    }

    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "\"\"";
        }

        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return string.Create(
            cut.Length,
            cut,
            static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] =
                        char.IsControl(source[i]) || char.IsSurrogate(source[i]) || source[i] == '%' ? '?' : source[i];
                }
            }
        );
    }
}
