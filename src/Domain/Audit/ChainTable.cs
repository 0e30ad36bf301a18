using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Domain.Audit;

/// <summary>
/// Where each stream stands while its entries pass by. Streams are told apart by their name as it is written in bodies.
/// </summary>
internal sealed class ChainTable
{
    private readonly Dictionary<byte[], Place> _places;
    private readonly Dictionary<byte[], Place>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public ChainTable()
    {
        _places = new(BytesComparer.Instance);
        _lookup = _places.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => _places.Count;

    public bool TryGet(ReadOnlySpan<byte> stream, [NotNullWhen(true)] out Place? place) =>
        _lookup.TryGetValue(stream, out place);

    public void Set(ReadOnlySpan<byte> stream, long seq, ReadOnlySpan<byte> hash)
    {
        if (!_lookup.TryGetValue(stream, out var place))
        {
            _lookup[stream] = place = new();
        }

        place.Seq = seq;
        hash.CopyTo(place.Hash);
    }

    /// <summary>What the first entry of a stream has before it.</summary>
    public static byte[] Genesis(ReadOnlySpan<byte> written) =>
        SHA256.HashData(written.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(RecordLine.Text(written)!) : written);

    /// <summary>A stream's newest entry so far.</summary>
    public sealed class Place
    {
        public long Seq { get; set; }

        public byte[] Hash { get; } = new byte[Merkle.HashBytes];
    }

    private sealed class BytesComparer
        : IEqualityComparer<byte[]>,
            IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static BytesComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
