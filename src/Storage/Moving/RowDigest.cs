using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Storage.Moving;

/// <summary>
/// SHA-256 over rows in order; equal for equal rows and for no others, whatever database they come from.
/// </summary>
internal sealed class RowDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Rows { get; private set; }

    public void Add(object?[] values)
    {
        Rows++;
        foreach (var value in values)
        {
            switch (value)
            {
                case null:
                    AddHead(0, 0);
                    break;
                case long number:
                    AddHead(1, number);
                    break;
                case string text:
                    AddBytes(2, Encoding.UTF8.GetBytes(text));
                    break;
                default:
                    AddBytes(3, (byte[])value);
                    break;
            }
        }
    }

    public string End() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private void AddBytes(byte kind, byte[] bytes)
    {
        AddHead(kind, bytes.Length);
        _hash.AppendData(bytes);
    }

    private void AddHead(byte kind, long number)
    {
        Span<byte> head = stackalloc byte[9];
        head[0] = kind;
        BinaryPrimitives.WriteInt64BigEndian(head[1..], number);
        _hash.AppendData(head);
    }
}
