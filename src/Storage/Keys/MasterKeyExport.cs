using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Palisade.Storage.Keys;

/// <summary>
/// A copy of the master key ring in a file, sealed by a passphrase (S05): AES-256-GCM under a key that
/// PBKDF2-HMAC-SHA512 (RFC 8018) makes of the passphrase and a random salt.
/// </summary>
public static class MasterKeyExport
{
    /// <summary>Characters; a file may be guessed at without an end.</summary>
    public const int MinPassphrase = 16;

    private const string Format = "palisade master key export v1";
    private const string Kdf = "PBKDF2-HMAC-SHA512";
    private const int SaltBytes = 32;

    // Several times what OWASP's cheat sheet of password storage asks for (210,000): it is done once, by a person who
    // waits a second.
    private const int Iterations = 1_000_000;
    private const int MaxIterations = 100_000_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes a new file (0600).</summary>
    public static void Write(string path, MasterKeyRing ring, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(ring);
        Check(passphrase);
        var (salt, nonce) = (
            RandomNumberGenerator.GetBytes(SaltBytes),
            RandomNumberGenerator.GetBytes(AesSeal.NonceBytes)
        );
        var key = KeyOf(passphrase, salt, Iterations);
        var sealedRing = AesSeal.Encrypt(key, nonce, ring.ToBytes(), Context(Iterations, salt));
        using var file = PrivateFiles.Create(path);
        JsonSerializer.Serialize(file, new Exported(Format, Kdf, Iterations, salt, nonce, sealedRing), Json);
        file.Flush(flushToDisk: true);
    }

    /// <summary>
    /// Puts the ring of a file into a folder that has none. Throws <see cref="StoreUnusableException"/> when there is
    /// one, and for a wrong passphrase or a file that was changed.
    /// </summary>
    public static MasterKeyRing Import(string path, string keysFolder, string passphrase)
    {
        if (MasterKeyRing.Exists(keysFolder))
        {
            throw new StoreUnusableException(
                $"There is a master key ring in {keysFolder}; it is never replaced. If it is the wrong one, move it away first."
            );
        }

        var ring = Read(path, passphrase);
        PrivateFiles.CreateFolder(keysFolder);
        ring.Save(keysFolder, overwrite: false);
        return ring;
    }

    private static MasterKeyRing Read(string path, string passphrase)
    {
        try
        {
            var exported = JsonSerializer.Deserialize<Exported>(File.ReadAllBytes(path), Json);
            if (
                exported is not { Format: Format, Kdf: Kdf, Iterations: > 0 and <= MaxIterations }
                || exported is not { Salt: not null, Nonce: not null, Sealed: not null }
            )
            {
                throw new StoreUnusableException($"{path} is no export of a master key that this version knows.");
            }

            var key = KeyOf(passphrase, exported.Salt, exported.Iterations);
            var context = Context(exported.Iterations, exported.Salt);
            return MasterKeyRing.Parse(AesSeal.Decrypt(key, exported.Nonce, exported.Sealed, context), path);
        }
        catch (JsonException)
        {
            throw new StoreUnusableException($"{path} is no export of a master key.");
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new StoreUnusableException($"The passphrase is not that of {path}, or the file was changed.");
        }
    }

    /// <summary>Refuses one that is too short to seal with.</summary>
    public static void Check(string passphrase)
    {
        if (passphrase is not { Length: >= MinPassphrase })
        {
            throw new StoreUnusableException($"A passphrase has at least {MinPassphrase} characters.");
        }
    }

    private static byte[] KeyOf(string passphrase, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(passphrase.Normalize()),
            salt,
            iterations,
            HashAlgorithmName.SHA512,
            AesSeal.KeyBytes
        );

    private static byte[] Context(int iterations, byte[] salt) =>
        AesSeal.Context(Format, Kdf, iterations.ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(salt));

    private sealed record Exported(string Format, string Kdf, int Iterations, byte[] Salt, byte[] Nonce, byte[] Sealed);
}
