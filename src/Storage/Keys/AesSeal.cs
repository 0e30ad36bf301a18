using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Storage.Keys;

/// <summary>AES-256-GCM as NIST SP 800-38D: 96-bit random nonce, 128-bit tag after the ciphertext.</summary>
internal static class AesSeal
{
    public const int KeyBytes = 32;
    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    public static byte[] Encrypt(
        byte[] key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> additional
    )
    {
        using var aes = new AesGcm(key, TagBytes);
        var sealedBytes = new byte[plaintext.Length + TagBytes];
        aes.Encrypt(
            nonce,
            plaintext,
            sealedBytes.AsSpan(0, plaintext.Length),
            sealedBytes.AsSpan(plaintext.Length),
            additional
        );
        return sealedBytes;
    }

    /// <summary>Throws <see cref="AuthenticationTagMismatchException"/> when anything differs.</summary>
    public static byte[] Decrypt(
        byte[] key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> sealedBytes,
        ReadOnlySpan<byte> additional
    )
    {
        if (sealedBytes.Length < TagBytes || nonce.Length != NonceBytes)
        {
            throw new AuthenticationTagMismatchException();
        }

        using var aes = new AesGcm(key, TagBytes);
        var plaintext = new byte[sealedBytes.Length - TagBytes];
        aes.Decrypt(nonce, sealedBytes[..plaintext.Length], sealedBytes[plaintext.Length..], plaintext, additional);
        return plaintext;
    }

    /// <summary>Texts as bytes, each after its length, so that no two lists give the same bytes.</summary>
    public static byte[] Context(params ReadOnlySpan<string> parts)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            var text = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.Write(length);
            bytes.Write(text);
        }

        return bytes.ToArray();
    }

    /// <summary>A key for one purpose (RFC 5869), so that no two uses share one.</summary>
    public static byte[] Derive(byte[] key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> purpose)
    {
        var derived = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt, purpose);
        return derived;
    }
}
