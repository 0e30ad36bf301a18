using System.Text;

namespace Palisade.Web.Api.Parsing;

/// <summary>Makes text from a client harmless where it is shown or recorded.</summary>
public static class Clean
{
    /// <summary>A name echoed in an error: at most 80 characters, control characters as <c>?</c>.</summary>
    public static string Name(string? text) => Line(text, 80);

    /// <summary>
    /// One line of at most <paramref name="max"/> characters, control and format characters as <c>?</c>.
    /// </summary>
    public static string Line(string? text, int max)
    {
        if (text is null)
        {
            return "";
        }

        var cut = text.Length > max;
        var clean = new StringBuilder(Math.Min(text.Length, max) + 1);
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, max)))
        {
            clean.Append(
                char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e')
                    ? '?'
                    : c
            );
        }

        return cut ? clean.Append('…').ToString() : clean.ToString();
    }

    /// <summary>
    /// An error as the convox client may get it: the client uses it as a printf format, so a percent sign becomes its
    /// full-width look-alike.
    /// </summary>
    public static string ErrorText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Replace('%', '％');
    }
}
