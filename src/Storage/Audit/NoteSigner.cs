using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Audit;

/// <summary>
/// A private key that signs notes of one log. In memory only; whoever keeps it seals what <see cref="Export"/> gives.
/// </summary>
public sealed class NoteSigner : ICheckpointSigner, IDisposable
{
    private readonly ECDsa _key;

    private NoteSigner(string name, ECDsa key)
    {
        _key = key;
        Key =
            NoteKey.From(name, key.ExportSubjectPublicKeyInfo())
            ?? throw new ArgumentException(
                $"'{name}' can't be a key's name, or the key is not on P-256.",
                nameof(name)
            );
    }

    public NoteKey Key { get; }

    public static NoteSigner Create(string name) => new(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The key of an earlier <see cref="Export"/>.</summary>
    public static NoteSigner Import(string name, ReadOnlySpan<byte> exported)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(exported, out _);
            return new(name, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>PKCS #8. A secret.</summary>
    public Sensitive<byte[]> Export() => new(_key.ExportPkcs8PrivateKey());

    public NoteSignature Sign(string text) =>
        new(
            Key.Name,
            Key.Id,
            _key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        );

    public Task<SignedNote> SignAsync(Checkpoint checkpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return Task.FromResult(new SignedNote(checkpoint.Text, [Sign(checkpoint.Text)]));
    }

    public void Dispose() => _key.Dispose();
}
