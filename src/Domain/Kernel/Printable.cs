namespace Palisade.Domain.Kernel;

/// <summary>Makes text from outside safe to quote in a message: no control characters, no <c>%</c> (a printf format to the client), bounded.</summary>
public static class Printable
{
    public const int MaxLength = 100;

    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "\"\"";
        }

        var cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) || source[i] == '%' ? '?' : source[i];
            }
        });
    }
}
