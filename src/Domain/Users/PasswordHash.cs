using System.Security.Cryptography;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>
/// A password as it is kept: PBKDF2-HMAC-SHA512 (NIST SP 800-132) with its own salt and number of rounds.
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.user.password-hash")]
public sealed record PasswordHash
{
    public const string Pbkdf2Sha512 = "pbkdf2-sha512";

    /// <summary>
    /// OWASP's Password Storage Cheat Sheet for PBKDF2-HMAC-SHA512; the owner calibrates upwards from it
    /// (architecture.md).
    /// </summary>
    public const int MinIterations = 210_000;

    /// <summary>Bytes of salt at least, and of hash exactly.</summary>
    public const int MinSaltBytes = 16;
    public const int HashBytes = 64;

    private const int MaxIterations = 10_000_000;

    [Id(0)]
    public required string Algorithm { get; init; }

    [Id(1)]
    public required int Iterations { get; init; }

    /// <summary>Base64.</summary>
    [Id(2)]
    public required string Salt { get; init; }

    /// <summary>Base64.</summary>
    [Id(3)]
    public required string Hash { get; init; }

    /// <summary>
    /// Takes about 250 ms of one core at calibrated rounds. <paramref name="salt"/> is fresh randomness.
    /// </summary>
    public static PasswordHash Create(Sensitive<string> password, ReadOnlySpan<byte> salt, int iterations)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, MinIterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MaxIterations);
        ArgumentOutOfRangeException.ThrowIfLessThan(salt.Length, MinSaltBytes, nameof(salt));
        return new()
        {
            Algorithm = Pbkdf2Sha512,
            Iterations = iterations,
            Salt = Convert.ToBase64String(salt),
            Hash = Convert.ToBase64String(Derive(password, salt, iterations)),
        };
    }

    /// <summary>
    /// What an unknown address is checked against, so that it takes as long as a known one. No password matches it.
    /// </summary>
    public static PasswordHash Decoy(int iterations) =>
        new()
        {
            Algorithm = Pbkdf2Sha512,
            Iterations = iterations,
            Salt = Convert.ToBase64String(new byte[MinSaltBytes]),
            Hash = "",
        };

    /// <summary>Takes the time of so many rounds, for nothing.</summary>
    internal static void Spend(Sensitive<string> password, int iterations)
    {
        if (iterations > 0 && password.Reveal().Length <= PasswordPolicy.MaxLength)
        {
            Derive(password, new byte[MinSaltBytes], iterations);
        }
    }

    /// <summary>Compares in constant time. A record that was weakened or can't be read matches nothing.</summary>
    public bool Matches(Sensitive<string> password)
    {
        ArgumentNullException.ThrowIfNull(password);
        Span<byte> salt = stackalloc byte[128];
        Span<byte> expected = stackalloc byte[HashBytes];
        if (
            Algorithm != Pbkdf2Sha512
            || Iterations is < MinIterations or > MaxIterations
            || !Convert.TryFromBase64String(Salt, salt, out var saltBytes)
            || saltBytes < MinSaltBytes
            || password.Reveal().Length > PasswordPolicy.MaxLength
        )
        {
            return false;
        }

        var actual = Derive(password, salt[..saltBytes], Iterations);
        return Convert.TryFromBase64String(Hash, expected, out var hashBytes) & hashBytes == HashBytes
            && CryptographicOperations.FixedTimeEquals(actual, expected);
    }

    /// <summary>Whether it should be made anew at the next good sign-in.</summary>
    public bool IsWeakerThan(int iterations) => Algorithm != Pbkdf2Sha512 || Iterations < iterations;

    public override string ToString() => $"{Algorithm} {Iterations} {Sensitive<string>.Redacted}";

    private static byte[] Derive(Sensitive<string> password, ReadOnlySpan<byte> salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password.Reveal(), salt, iterations, HashAlgorithmName.SHA512, HashBytes);
}
