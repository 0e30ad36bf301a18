using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;

namespace Palisade.Grains.Apps;

/// <summary>Takes known environment values out of a command line before it is stored (S19).</summary>
public static class Redaction
{
    /// <summary>
    /// Shorter values are left: they are words like <c>1</c> or <c>web</c> and would only garble the text.
    /// </summary>
    private const int ShortestSecret = 4;

    private const int MaxLength = 500;

    public static string Of(string text, EnvironmentDictionary environment)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(environment);
        foreach (
            var value in environment.Values.Where(v => v.Length >= ShortestSecret).OrderByDescending(v => v.Length)
        )
        {
            text = text.Replace(value, "[redacted]", StringComparison.Ordinal);
        }

        return text.Length > MaxLength ? Printable.Line(text, MaxLength) + "…" : Printable.Line(text, MaxLength);
    }
}
