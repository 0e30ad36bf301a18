using Palisade.Domain.Audit;
using Palisade.Storage;
using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit;

/// <summary>
/// Private signing keys: objects of the organization, sealed with its data key as all objects are. One is stored before
/// the event that names it, so a log never has a key that nobody holds.
/// </summary>
public sealed class SigningKeys(IStore store)
{
    private const int MaxBytes = 4096;

    /// <summary>Draws a key for the log and keeps it.</summary>
    public async Task<NoteSigner> CreateAsync(string org, CancellationToken cancellationToken)
    {
        var log = await store.Audit.OpenAsync(org, cancellationToken);
        var signer = NoteSigner.Create(log.Origin);
        using var content = new MemoryStream(signer.Export().Reveal());
        await store.Objects.PutAsync(org, ObjectOf(signer.Key), content, MaxBytes, cancellationToken);
        return signer;
    }

    public async Task<NoteSigner> OpenAsync(string org, NoteKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        await using var content =
            await store.Objects.OpenAsync(org, ObjectOf(key), cancellationToken)
            ?? throw new InvalidOperationException($"The private key {key.HexId} of '{org}' is gone.");
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        return NoteSigner.Import(key.Name, bytes.ToArray());
    }

    private static string ObjectOf(NoteKey key) => $"audit/signing/{key.HexId}";
}
