using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Palisade.Domain.Manifest;

/// <summary>The grammar of a <c>domain:</c> (S27): an RFC 1123 host name with at least two labels.</summary>
public static partial class DomainName
{
    public const int MaxLength = 253;

    public const string Remedy = "write a host name such as www.example.com, or *.example.com";

    /// <summary>
    /// SECURITY (S27): names that racks and the console give out themselves; an app that took one would stand in for
    /// another, or for the console.
    /// </summary>
    public static bool IsReserved(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith(".localhost", StringComparison.Ordinal)
            || name is "convox.local"
            || name.EndsWith(".convox.local", StringComparison.Ordinal);
    }

    /// <summary>
    /// Reads a name into lower-case ASCII (IDNA) without a trailing dot; <c>*</c> only as the whole left-most label.
    /// </summary>
    public static bool TryNormalise(string? text, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (text is null || text.Length is 0 or > MaxLength + 1)
        {
            return false;
        }

        var wildcard = text.StartsWith("*.", StringComparison.Ordinal);
        var host = (wildcard ? text[2..] : text).TrimEnd('.');
        if (host.Length + 1 < (wildcard ? text.Length - 2 : text.Length))
        {
            return false;
        }

        try
        {
            // ASCII goes the strict way alone: IDNA would also map some of it.
            var ascii = host.All(char.IsAscii) ? host : new IdnMapping { UseStd3AsciiRules = true }.GetAscii(host);
            ascii = ascii.ToLowerInvariant();
            if (ascii.Length + (wildcard ? 2 : 0) <= MaxLength && HostName().IsMatch(ascii))
            {
                name = wildcard ? "*." + ascii : ascii;
            }
        }
        catch (ArgumentException)
        {
            // IdnMapping's only way to say that the name is not IDNA.
            return false;
        }

        return name is not null;
    }

    // The last label has a letter, so that no address passes.
    [GeneratedRegex(
        @"\A(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex HostName();
}
