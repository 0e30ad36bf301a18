using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Palisade.Domain.Audit;

/// <summary>
/// SHA-256 (FIPS 180-4) of eight short messages of one length side by side. A tree is made of such messages, and the
/// platform's own function costs more to call than they cost to hash.
/// </summary>
internal static class Sha256Lanes
{
    public const int Count = 8;

    private const int BlockBytes = 64;
    private const int BlockWords = 16;

    private static readonly uint[] Initial =
    [
        0x6a09e667,
        0xbb67ae85,
        0x3c6ef372,
        0xa54ff53a,
        0x510e527f,
        0x9b05688c,
        0x1f83d9ab,
        0x5be0cd19,
    ];

    private static readonly uint[] Constants =
    [
        0x428a2f98,
        0x71374491,
        0xb5c0fbcf,
        0xe9b5dba5,
        0x3956c25b,
        0x59f111f1,
        0x923f82a4,
        0xab1c5ed5,
        0xd807aa98,
        0x12835b01,
        0x243185be,
        0x550c7dc3,
        0x72be5d74,
        0x80deb1fe,
        0x9bdc06a7,
        0xc19bf174,
        0xe49b69c1,
        0xefbe4786,
        0x0fc19dc6,
        0x240ca1cc,
        0x2de92c6f,
        0x4a7484aa,
        0x5cb0a9dc,
        0x76f988da,
        0x983e5152,
        0xa831c66d,
        0xb00327c8,
        0xbf597fc7,
        0xc6e00bf3,
        0xd5a79147,
        0x06ca6351,
        0x14292967,
        0x27b70a85,
        0x2e1b2138,
        0x4d2c6dfc,
        0x53380d13,
        0x650a7354,
        0x766a0abb,
        0x81c2c92e,
        0x92722c85,
        0xa2bfe8a1,
        0xa81a664b,
        0xc24b8b70,
        0xc76c51a3,
        0xd192e819,
        0xd6990624,
        0xf40e3585,
        0x106aa070,
        0x19a4c116,
        0x1e376c08,
        0x2748774c,
        0x34b0bcb5,
        0x391c0cb3,
        0x4ed8aa4a,
        0x5b9cca4f,
        0x682e6ff3,
        0x748f82ee,
        0x78a5636f,
        0x84c87814,
        0x8cc70208,
        0x90befffa,
        0xa4506ceb,
        0xbef9a3f7,
        0xc67178f2,
    ];

    /// <summary>
    /// Hashes <paramref name="prefix"/> and the next <paramref name="length"/> bytes, <see cref="Count"/> times.
    /// </summary>
    public static void Hash(byte prefix, int length, ReadOnlySpan<byte> messages, Span<byte> hashes)
    {
        var blocks = (1 + length + 1 + sizeof(ulong) + BlockBytes - 1) / BlockBytes;
        Span<byte> padded = stackalloc byte[blocks * BlockBytes];
        Span<uint> words = stackalloc uint[blocks * BlockWords * Count];
        padded.Clear();
        padded[0] = prefix;
        padded[1 + length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded[^sizeof(ulong)..], 8 * (1 + (ulong)length));
        for (var lane = 0; lane < Count; lane++)
        {
            messages.Slice(lane * length, length).CopyTo(padded[1..]);
            for (var word = 0; word < blocks * BlockWords; word++)
            {
                words[(word * Count) + lane] = BinaryPrimitives.ReadUInt32BigEndian(padded[(word * sizeof(uint))..]);
            }
        }

        Span<Vector256<uint>> state = stackalloc Vector256<uint>[Initial.Length];
        for (var i = 0; i < state.Length; i++)
        {
            state[i] = Vector256.Create(Initial[i]);
        }

        for (var block = 0; block < blocks; block++)
        {
            Compress(state, words.Slice(block * BlockWords * Count, BlockWords * Count));
        }

        for (var lane = 0; lane < Count; lane++)
        {
            for (var word = 0; word < state.Length; word++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(
                    hashes[((lane * Merkle.HashBytes) + (word * sizeof(uint)))..],
                    state[word][lane]
                );
            }
        }
    }

    private static void Compress(Span<Vector256<uint>> state, ReadOnlySpan<uint> block)
    {
        Span<Vector256<uint>> w = stackalloc Vector256<uint>[BlockWords];
        for (var i = 0; i < BlockWords; i++)
        {
            w[i] = Vector256.Create(block[(i * Count)..]);
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var round = 0; round < Constants.Length; round++)
        {
            var word = w[round & 15];
            if (round >= BlockWords)
            {
                var (near, far) = (w[(round + 14) & 15], w[(round + 1) & 15]);
                word +=
                    w[(round + 9) & 15]
                    + (Rotate(near, 17) ^ Rotate(near, 19) ^ (near >>> 10))
                    + (Rotate(far, 7) ^ Rotate(far, 18) ^ (far >>> 3));
                w[round & 15] = word;
            }

            var first =
                h
                + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25))
                + ((e & f) ^ Vector256.AndNot(g, e))
                + Vector256.Create(Constants[round])
                + word;
            var second = (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        ReadOnlySpan<Vector256<uint>> after = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < after.Length; i++)
        {
            state[i] += after[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> x, int by) => (x >>> by) | (x << (32 - by));
}
