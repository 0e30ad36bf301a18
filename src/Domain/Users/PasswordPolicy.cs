using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>
/// What a password must be (NIST SP 800-63B 5.1.1.2): long, and not what everybody tries first. No rules about kinds of
/// characters.
/// </summary>
public static class PasswordPolicy
{
    public const int MinLength = 12;

    /// <summary>More is refused rather than cut.</summary>
    public const int MaxLength = 256;

    private const int MinDistinct = 5;

    /// <summary>Shorter parts of a password say nothing about it.</summary>
    private const int MinWord = 4;

    /// <summary>A name of one's own with fewer other characters than this is no password.</summary>
    private const int MinBesideOwn = 8;

    private static readonly char[] Tail = [.. "0123456789!?.,;:*+-_#$@&"];

    private static readonly string[] Runs =
    [
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop",
        "01234567890123456789012345678901234567890",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "1q2w3e4r5t6y7u8i9o0p",
    ];

    /// <summary>
    /// Problems: <c>password.too_short</c>, <c>password.too_long</c>, <c>password.too_common</c>. The password is in no
    /// message.
    /// </summary>
    /// <param name="own">What an attacker knows of the person: address, name, organizations.</param>
    public static Problem? Check(Sensitive<string> password, params ReadOnlySpan<string> own)
    {
        ArgumentNullException.ThrowIfNull(password);
        var text = password.Reveal();
        return text.Length < MinLength
                ? new Invalid("password.too_short", $"a password has at least {MinLength} characters")
            : text.Length > MaxLength
                ? new Invalid("password.too_long", $"a password has at most {MaxLength} characters")
            : IsCommon(text.ToLowerInvariant()) || IsOwn(text.ToLowerInvariant(), own)
                ? new Invalid("password.too_common", "this password is among those that are tried first")
                {
                    Suggestion = "use several unrelated words",
                }
            : null;
    }

    private static bool IsCommon(string lower) =>
        lower.Distinct().Count() < MinDistinct
        || IsRepeated(lower)
        || Runs.Any(run =>
            run.Contains(lower, StringComparison.Ordinal) || run.Contains(Reversed(lower), StringComparison.Ordinal)
        )
        || CommonPasswords.Contains(lower)
        || IsCommonWord(lower.Trim(Tail))
        || IsCommonWord(Letters(lower))
        || IsCommonWord(Letters(Unleet(lower)))
        || IsCommonWord(Letters(Unleet(lower.TrimEnd(Tail))));

    // At twelve characters the common ones are a common one drawn out: with a tail of digits and signs, again and
    // again, or two in a row.
    private static bool IsCommonWord(string text)
    {
        if (text.Length < MinWord)
        {
            return false;
        }

        if (CommonPasswords.Contains(text))
        {
            return true;
        }

        for (var cut = MinWord; cut <= text.Length - MinWord; cut++)
        {
            var (first, rest) = (text[..cut], text[cut..]);
            if (
                CommonPasswords.Contains(first)
                && (CommonPasswords.Contains(rest) || rest.Replace(first, "", StringComparison.Ordinal).Length == 0)
            )
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRepeated(string text) =>
        Enumerable
            .Range(1, Math.Min(text.Length / 2, 6))
            .Any(size => text.Select((c, i) => c == text[i % size]).All(same => same));

    // The address, a name or a part of either, with a few characters added.
    private static bool IsOwn(string text, ReadOnlySpan<string> own)
    {
        foreach (var name in own)
        {
            var lower = name.ToLowerInvariant();
            var parts = lower.Split(
                [' ', '.', '-', '_', '+', '@'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            );
            if (
                parts
                    .Append(lower.Split('@')[0])
                    .Append(lower)
                    .Any(part =>
                        part.Length >= MinWord
                        && text.Contains(part, StringComparison.Ordinal)
                        && text.Length - part.Length < MinBesideOwn
                    )
            )
            {
                return true;
            }
        }

        return false;
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsAsciiLetter));

    private static string Reversed(string text) => string.Concat(text.Reverse());

    private static string Unleet(string text) =>
        string.Concat(
            text.Select(c =>
                c switch
                {
                    '0' => 'o',
                    '1' or '!' => 'i',
                    '3' => 'e',
                    '4' or '@' => 'a',
                    '5' or '$' => 's',
                    '7' => 't',
                    _ => c,
                }
            )
        );
}
