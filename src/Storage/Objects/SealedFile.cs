using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Objects;

/// <summary>
/// Bytes sealed in chunks of 1 MiB after the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the nonce
/// of a chunk is its number and whether it is the last, so reordering, cutting and joining are found. A key derived per
/// file (random salt) makes counters safe. Layout: magic, length and text of the data key's id, 32 bytes of salt,
/// chunks of ciphertext with tag.
/// </summary>
internal static class SealedFile
{
    public const int ChunkBytes = 1 << 20;
    public const int SaltBytes = 32;

    private static ReadOnlySpan<byte> Magic => "PLSOBJ1\n"u8;

    public static byte[] FileKey(DataKey key, ReadOnlySpan<byte> salt, string place) =>
        AesSeal.Derive(key.Key, salt, AesSeal.Context("palisade object v1", place));

    public static byte[] Nonce(long chunk, bool last)
    {
        var nonce = new byte[AesSeal.NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, chunk);
        nonce[^1] = last ? (byte)1 : (byte)0;
        return nonce;
    }

    public static byte[] Header(DataKey key, ReadOnlySpan<byte> salt) =>
        [.. Magic, (byte)Encoding.ASCII.GetByteCount(key.Id), .. Encoding.ASCII.GetBytes(key.Id), .. salt];

    /// <summary>Id of the data key and salt.</summary>
    public static async Task<(string KeyId, byte[] Salt)> ReadHeaderAsync(
        Stream file,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var start = new byte[Magic.Length + 1];
            await file.ReadExactlyAsync(start, cancellationToken);
            if (!start.AsSpan(0, Magic.Length).SequenceEqual(Magic))
            {
                throw new InvalidDataException("Not a sealed object.");
            }

            var rest = new byte[start[^1] + SaltBytes];
            await file.ReadExactlyAsync(rest, cancellationToken);
            return (Encoding.ASCII.GetString(rest, 0, start[^1]), rest[^SaltBytes..]);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException("The sealed object is cut off.", exception);
        }
    }

    /// <summary>Seals a stream into a file; gives size and SHA-256 of the clear bytes.</summary>
    public static async Task<(long Size, string Sha256)> WriteAsync(
        Stream content,
        Stream file,
        DataKey key,
        string place,
        long maxBytes,
        CancellationToken cancellationToken
    )
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var fileKey = FileKey(key, salt, place);
        await file.WriteAsync(Header(key, salt), cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (current, next) = (new byte[ChunkBytes], new byte[ChunkBytes]);
        var size = 0L;
        var length = await content.ReadAtLeastAsync(current, ChunkBytes, throwOnEndOfStream: false, cancellationToken);
        for (var chunk = 0L; ; chunk++)
        {
            size += length;
            if (size > maxBytes)
            {
                throw new ObjectTooLargeException(maxBytes);
            }

            // Only a read beyond a full chunk tells whether it is the last one.
            var following =
                length < ChunkBytes
                    ? 0
                    : await content.ReadAtLeastAsync(next, ChunkBytes, throwOnEndOfStream: false, cancellationToken);
            hash.AppendData(current, 0, length);
            var sealedChunk = AesSeal.Encrypt(
                fileKey,
                Nonce(chunk, following == 0),
                current.AsSpan(0, length),
                default
            );
            await file.WriteAsync(sealedChunk, cancellationToken);
            if (following == 0)
            {
                return (size, Convert.ToHexStringLower(hash.GetHashAndReset()));
            }

            (current, next, length) = (next, current, following);
        }
    }
}
