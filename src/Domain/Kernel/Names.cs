using System.Text.RegularExpressions;

namespace Palisade.Domain.Kernel;

/// <summary>
/// The grammar of names that people choose: lower-case letters, digits and dashes, a letter first, at most 63 (RFC 1123
/// label).
/// </summary>
public static partial class Names
{
    public const int MaxLength = 63;

    public const string Rule = "only lower-case letters, digits and dashes, starting with a letter, at most 63";

    public static bool IsValid(string? name) => name is not null && NamePattern().IsMatch(name);

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
