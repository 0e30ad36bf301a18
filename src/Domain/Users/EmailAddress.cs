using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Palisade.Domain.Users;

/// <summary>
/// An address in its normal form: trimmed and lower-case, so that one person is one account. Personal data: text shows
/// only its first letter and domain; events hold it sealed, and stream ids hold a keyed hash of <see cref="Value"/>.
/// </summary>
public readonly partial record struct EmailAddress
{
    /// <summary>RFC 5321 4.5.3.1: 64 before the @, 254 in all.</summary>
    public const int MaxLength = 254;

    private readonly string? _value;

    private EmailAddress(string value) => _value = value;

    /// <summary>The whole address; <c>default</c> has none and throws.</summary>
    public string Value => _value ?? throw new InvalidOperationException("An unset address was read.");

    /// <summary>
    /// COMPAT: letters outside ASCII are refused (write such a domain as xn--…), so that no two addresses look alike.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EmailAddress address)
    {
        var normal = text?.Trim().ToLowerInvariant();
        var valid = normal is { Length: <= MaxLength } && Pattern().IsMatch(normal);
        address = valid ? new(normal!) : default;
        return valid;
    }

    public override string ToString() =>
        _value is null ? "" : $"{_value[0]}…{_value[_value.IndexOf('@', StringComparison.Ordinal)..]}";

    // The dot-atom form of RFC 5322 3.4.1, and a domain of RFC 1123 labels; localhost counts, for a first run.
    [GeneratedRegex(
        @"\A(?=[^@]{1,64}@)[a-z0-9!#$&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$&'*+/=?^_`{|}~-]+)*"
            + @"@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\z",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Pattern();
}
