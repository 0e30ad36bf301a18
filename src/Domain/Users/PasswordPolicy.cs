using System.Collections.Frozen;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>
/// What a password must be (NIST SP 800-63B 5.1.1.2): long, and not what everybody tries first. No rules about kinds of characters.
/// </summary>
public static class PasswordPolicy
{
    public const int MinLength = 12;

    /// <summary>More is refused rather than cut.</summary>
    public const int MaxLength = 256;

    private const int MinDistinct = 5;

    // At twelve characters the common ones are a common word drawn out: what is left after digits, signs and look-alikes is compared.
    private static readonly FrozenSet<string> CommonWords = FrozenSet.ToFrozenSet(
    [
        "password", "passwort", "passw", "pass", "motdepasse", "contrasena", "senha", "secret", "letmein", "welcome", "admin", "administrator",
        "root", "user", "guest", "test", "testing", "default", "changeme", "changethis", "trustno", "iloveyou", "ilovey", "monkey", "dragon",
        "master", "sunshine", "princess", "football", "baseball", "superman", "batman", "starwars", "pokemon", "michael", "jennifer",
        "computer", "internet", "whatever", "freedom", "shadow", "hello", "helloworld", "login", "access", "mustang", "summer", "winter",
        "spring", "autumn", "qwerty", "qwertyuiop", "azerty", "qwertz", "asdfghjkl", "zxcvbnm", "correcthorsebatterystaple",
        "convox", "palisade", "console", "server", "temporary", "temp",
    ], StringComparer.Ordinal);

    private static readonly char[] Tail = [.. "0123456789!?.,;:*+-_#$@&"];

    private static readonly string[] Runs =
    [
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop", "01234567890123456789012345678901234567890", "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p",
    ];

    /// <summary>Problems: <c>password.too_short</c>, <c>password.too_long</c>, <c>password.too_common</c>. The password is in no message.</summary>
    public static Problem? Check(Sensitive<string> password, EmailAddress? email = null)
    {
        ArgumentNullException.ThrowIfNull(password);
        var text = password.Reveal();
        return text.Length < MinLength ? new Invalid("password.too_short", $"a password has at least {MinLength} characters")
            : text.Length > MaxLength ? new Invalid("password.too_long", $"a password has at most {MaxLength} characters")
            : IsCommon(text, email) ? new Invalid("password.too_common", "this password is among those that are tried first")
            {
                Suggestion = "use several unrelated words",
            }
            : null;
    }

    private static bool IsCommon(string text, EmailAddress? email)
    {
        var lower = text.ToLowerInvariant();
        var letters = Letters(lower);
        return lower.Distinct().Count() < MinDistinct
            || IsRepeated(lower)
            || Runs.Any(run => run.Contains(lower, StringComparison.Ordinal) || run.Contains(Reversed(lower), StringComparison.Ordinal))
            || IsWord(letters)
            || IsWord(Letters(Unleet(lower)))
            || IsWord(Letters(Unleet(lower.TrimEnd(Tail))))
            || (email is { } address && IsOf(lower, address.Value));
    }

    // One word, or one word again and again.
    private static bool IsWord(string letters) => CommonWords.Contains(letters)
        || CommonWords.Any(word => letters.Length > word.Length && letters.Length % word.Length == 0
            && letters.Replace(word, "", StringComparison.Ordinal).Length == 0);

    private static bool IsRepeated(string text) =>
        Enumerable.Range(1, Math.Min(text.Length / 2, 6)).Any(size => text.Select((c, i) => c == text[i % size]).All(same => same));

    // The address, or the part before the @ with a few characters added.
    private static bool IsOf(string text, string email)
    {
        var name = email[..email.IndexOf('@', StringComparison.Ordinal)];
        return text.Contains(email, StringComparison.Ordinal)
            || (name.Length >= 4 && text.Contains(name, StringComparison.Ordinal) && text.Length - name.Length < 8);
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsAsciiLetter));

    private static string Reversed(string text) => string.Concat(text.Reverse());

    private static string Unleet(string text) => string.Concat(text.Select(c => c switch
    {
        '0' => 'o',
        '1' or '!' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => c,
    }));
}
