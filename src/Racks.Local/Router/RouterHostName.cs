using System.Globalization;
using System.Text.RegularExpressions;
using Palisade.Domain.Kernel;

namespace Palisade.Racks.Local.Router;

/// <summary>
/// The one form in which a host name is stored and compared: ASCII (IDNA), lower-case, no port, no trailing dot.
/// </summary>
public static partial class RouterHostName
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    /// <summary>
    /// Whether <paramref name="name"/> is already in normal form (RFC 1123 labels, at most 253; not an IPv4 address).
    /// </summary>
    public static bool IsNormal(string? name) =>
        name is { Length: > 0 and <= 253 } && Pattern().IsMatch(name) && !AllDigits().IsMatch(name);

    /// <summary>The normal form of a name that a person wrote. Problem: <c>router.invalid_host</c>.</summary>
    public static Result<string> Normalize(string? name)
    {
        var text = (name ?? "").Trim();
        if (text.EndsWith('.'))
        {
            text = text[..^1];
        }

        try
        {
            text = text.Length is 0 or > 253 ? "" : Idn.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            text = "";
        }

        return IsNormal(text)
            ? text
            : new Invalid("router.invalid_host", "That is not a host name")
            {
                Suggestion =
                    "use letters, digits and dashes between dots, at most 253 characters, no port and no wildcard",
            };
    }

    [GeneratedRegex(
        @"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A[0-9.]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllDigits();
}
