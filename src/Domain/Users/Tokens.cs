using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>
/// The form of every token (security.md S10): prefix, 43 base62 characters for 256 random bits, and 6 for the CRC-32 of
/// all before, so that a typing error or a false alarm of a scanner is known without a look-up. Only characters that
/// need no encoding in a URL.
/// </summary>
public static class Tokens
{
    public const int RandomBytes = 32;

    /// <summary>Characters of a whole token.</summary>
    public const int Length = PrefixLength + BodyLength + ChecksumLength;

    /// <summary>Published for secret scanners; check a find with <see cref="TryParse"/>.</summary>
    public const string ScannerPattern = @"\bpl[ktrsio]_[0-9A-Za-z]{49}\b";

    private const int PrefixLength = 4;

    // 62^43 > 2^256 and 62^6 > 2^32.
    private const int BodyLength = 43;
    private const int ChecksumLength = 6;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> AlphabetValues = SearchValues.Create(Alphabet);

    private static readonly uint[] CrcTable =
    [
        .. Enumerable
            .Range(0, 256)
            .Select(i =>
                Enumerable
                    .Range(0, 8)
                    .Aggregate((uint)i, (crc, _) => (crc & 1) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1)
            ),
    ];

    /// <param name="random">Exactly <see cref="RandomBytes"/> from a cryptographic generator.</param>
    public static Sensitive<string> Create(TokenKind kind, ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes, nameof(random));
        var body = Prefix(kind) + Base62(new BigInteger(random, isUnsigned: true, isBigEndian: true), BodyLength);
        return new(body + Base62(Crc32(body), ChecksumLength));
    }

    /// <summary>
    /// Whether it has the form of a token, checksum included, and of which kind. Says nothing about whether it is
    /// known.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TokenKind kind)
    {
        var found = text is { Length: Length } ? KindOf(text) : null;
        kind = found ?? default;
        return found is not null
            && !text.AsSpan(PrefixLength).ContainsAnyExcept(AlphabetValues)
            && text.AsSpan(PrefixLength + BodyLength)
                .SequenceEqual(Base62(Crc32(text![..(PrefixLength + BodyLength)]), ChecksumLength));
    }

    /// <summary>
    /// What is stored and looked up: lower-case hex of SHA-256. 256 random bits need no salt and no slow hash.
    /// </summary>
    public static string Hash(Sensitive<string> token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token.Reveal())));
    }

    public static string Prefix(TokenKind kind) =>
        kind switch
        {
            TokenKind.Cli => "plt_",
            TokenKind.DeployKey => "plk_",
            TokenKind.Rack => "plr_",
            TokenKind.Session => "pls_",
            TokenKind.Invite => "pli_",
            TokenKind.Operator => "plo_",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private static TokenKind? KindOf(string text)
    {
        foreach (var kind in Enum.GetValues<TokenKind>())
        {
            if (text.StartsWith(Prefix(kind), StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return null;
    }

    private static string Base62(BigInteger value, int length)
    {
        var digits = new char[length];
        for (var i = length - 1; i >= 0; i--)
        {
            value = BigInteger.DivRem(value, 62, out var digit);
            digits[i] = Alphabet[(int)digit];
        }

        return new(digits);
    }

    // IEEE 802.3 CRC-32, as in zip and PNG.
    private static uint Crc32(string text)
    {
        var crc = uint.MaxValue;
        foreach (var c in text)
        {
            crc = CrcTable[(crc ^ c) & 0xFF] ^ (crc >> 8);
        }

        return ~crc;
    }
}
