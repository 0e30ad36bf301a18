using System.Runtime.InteropServices;
using System.Text;

namespace Palisade.Storage.Sqlite;

/// <summary>Numbers names in the order in which they come, by their bytes: each is decoded once.</summary>
internal sealed class NameNumbers
{
    private readonly Dictionary<byte[], int> _numbers = new(new ByBytes());
    private readonly List<string> _names = [];

    public string this[int number] => _names[number];

    public int Of(ReadOnlySpan<byte> utf8)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _numbers.GetAlternateLookup<ReadOnlySpan<byte>>(),
            utf8,
            out var exists
        );
        if (!exists)
        {
            number = _names.Count;
            _names.Add(Encoding.UTF8.GetString(utf8));
        }

        return number;
    }

    private sealed class ByBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
