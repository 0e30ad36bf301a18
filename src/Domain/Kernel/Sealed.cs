namespace Palisade.Domain.Kernel;

/// <summary>
/// AES-256-GCM ciphertext under a named data key (NIST SP 800-38D: 96-bit nonce, 128-bit tag at the end of
/// <see cref="Ciphertext"/>). The additional data is given again when opening; it binds the ciphertext to its place
/// (stream, version).
/// </summary>
[GenerateSerializer, Immutable, Alias("palisade.sealed")]
public sealed record Sealed(string KeyId, byte[] Nonce, byte[] Ciphertext)
{
    public bool Equals(Sealed? other) =>
        other is not null
        && KeyId == other.KeyId
        && Nonce.AsSpan().SequenceEqual(other.Nonce)
        && Ciphertext.AsSpan().SequenceEqual(other.Ciphertext);

    public override int GetHashCode() => HashCode.Combine(KeyId, Nonce.Length > 3 ? BitConverter.ToInt32(Nonce) : 0);
}
