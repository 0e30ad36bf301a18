using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Palisade.Domain.Audit;

/// <summary>
/// A public key that verifies notes: ECDSA on P-256 with SHA-256, signature type 0x02 of c2sp.org/signed-note (ADR
/// 0013). Written as <c>name+id+base64(0x02 ‖ SPKI)</c>, where the id is the first four bytes of SHA-256(SPKI) in hex
/// and SPKI is the DER form of the key.
/// </summary>
public sealed record NoteKey
{
    public const byte SignatureType = 2;

    private const int MaxName = 200;
    private const int PointBytes = 65;

    // SubjectPublicKeyInfo of an uncompressed P-256 point up to the point (RFC 5480): the one encoding that is taken,
    // so that a key has one id.
    private static readonly byte[] SpkiStart = Convert.FromHexString(
        "3059301306072a8648ce3d020106082a8648ce3d030107034200"
    );

    private NoteKey(string name, byte[] publicKey) =>
        (Name, PublicKey, Id) = (name, publicKey, BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(publicKey)));

    /// <summary>The key's name: the origin of the log that it signs.</summary>
    public string Name { get; }

    public uint Id { get; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The id as people see it.</summary>
    public string HexId => Id.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>
    /// The key of that public part; null when it is none, or the name has a space, a plus or a control character.
    /// </summary>
    public static NoteKey? From(string name, ReadOnlySpan<byte> publicKey)
    {
        if (!IsName(name) || publicKey.Length != SpkiStart.Length + PointBytes || !publicKey.StartsWith(SpkiStart))
        {
            return null;
        }

        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(publicKey, out _);
            return new(name, publicKey.ToArray());
        }
        catch (CryptographicException)
        {
            // The point is not on the curve.
            return null;
        }
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out NoteKey? key)
    {
        key = null;
        var parts = text?.Split('+', 3);
        if (
            parts is not [var name, var id, var encoded]
            || !Base64Text.TryRead(encoded, out var bytes)
            || bytes is not [SignatureType, ..]
        )
        {
            return false;
        }

        var read = From(name, bytes.AsSpan(1));
        key = read?.HexId == id ? read : null;
        return key is not null;
    }

    /// <summary>Whether the signature (ASN.1 DER) is this key's over the text.</summary>
    public bool Verifies(string text, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(PublicKey.Span, out _);
        return key.VerifyData(
            Encoding.UTF8.GetBytes(text),
            signature,
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
    }

    public bool Equals(NoteKey? other) =>
        other is not null && Name == other.Name && PublicKey.Span.SequenceEqual(other.PublicKey.Span);

    public override int GetHashCode() => HashCode.Combine(Name, Id);

    public override string ToString() => $"{Name}+{HexId}+{Convert.ToBase64String([SignatureType, .. PublicKey.Span])}";

    internal static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxName }
        && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c == '+');
}
