using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>
/// Codes that stand in for a lost second factor, each once: ten letters and digits, 50 bits, shown as
/// <c>abcde-fghjk</c>.
/// </summary>
public static class RecoveryCodes
{
    public const int Count = 10;

    /// <summary>Bytes of randomness of one code; five bits of each are used.</summary>
    public const int RandomBytes = Length;

    private const int Length = 10;
    private const int Group = 5;

    // Crockford's base 32 in lower case: nothing that is taken for something else.
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static Sensitive<string> Create(ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes, nameof(random));
        var code = new char[Length];
        for (var i = 0; i < Length; i++)
        {
            code[i] = Alphabet[random[i] & 31];
        }

        return new($"{new string(code, 0, Group)}-{new string(code, Group, Group)}");
    }

    /// <summary>
    /// The code as it is compared, or null for what has not its form. Case, spaces and the dash don't matter, nor o for
    /// 0 and i or l for 1.
    /// </summary>
    public static string? Normal(Sensitive<string> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var plain = string.Concat(
            code.Reveal()
                .ToLowerInvariant()
                .Where(c => c is not (' ' or '-'))
                .Select(c =>
                    c switch
                    {
                        'o' => '0',
                        'i' or 'l' => '1',
                        _ => c,
                    }
                )
        );
        return plain.Length == Length && plain.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) ? plain : null;
    }
}
