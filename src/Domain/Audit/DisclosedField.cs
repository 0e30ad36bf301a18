using System.Security.Cryptography;
using System.Text;

namespace Palisade.Domain.Audit;

/// <summary>
/// One personal value as its record commits to it: <c>SHA-256(salt ‖ value)</c>. With the salt it proves the value;
/// without, it says nothing about it.
/// </summary>
public sealed class DisclosedField
{
    /// <summary>128 bits: without them nobody can try values until one fits.</summary>
    public const int SaltBytes = 16;

    private DisclosedField(byte[] digest) => Digest = digest;

    public byte[] Digest { get; }

    /// <summary>Null when it is withheld.</summary>
    public byte[]? Salt { get; private init; }

    /// <summary>Null when it is withheld.</summary>
    public string? Value { get; private init; }

    public static DisclosedField Of(byte[] salt, string value)
    {
        ArgumentNullException.ThrowIfNull(salt);
        ArgumentNullException.ThrowIfNull(value);
        var bytes = new byte[salt.Length + Encoding.UTF8.GetByteCount(value)];
        salt.CopyTo(bytes, 0);
        Encoding.UTF8.GetBytes(value, bytes.AsSpan(salt.Length));
        return new(SHA256.HashData(bytes)) { Salt = salt, Value = value };
    }

    public DisclosedField Withhold() => new(Digest);
}
