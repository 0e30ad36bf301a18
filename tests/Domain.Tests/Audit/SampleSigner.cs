using System.Security.Cryptography;
using System.Text;
using Palisade.Domain.Audit;

namespace Palisade.Domain.Tests.Audit;

/// <summary>A key of a test's log.</summary>
internal sealed class SampleSigner : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public SampleSigner(string name) => Key = NoteKey.From(name, _key.ExportSubjectPublicKeyInfo())!;

    public NoteKey Key { get; }

    public SignedNote Sign(string text) => new(text, [Signature(text)]);

    public static SignedNote Succession(SampleSigner before, SampleSigner after)
    {
        var text = KeyHistory.SuccessionText(before.Key, after.Key);
        return new(text, [before.Signature(text), after.Signature(text)]);
    }

    public void Dispose() => _key.Dispose();

    private NoteSignature Signature(string text) =>
        new(
            Key.Name,
            Key.Id,
            _key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        );
}
