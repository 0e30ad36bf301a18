using System.Security.Cryptography;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Keys;

internal sealed class DataKeySealer(IDataKeys keys) : ISealer
{
    private const int FingerprintBytes = 16;

    public async Task<Sealed> SealAsync(
        string scope,
        ReadOnlyMemory<byte> plaintext,
        string context,
        CancellationToken cancellationToken = default
    )
    {
        var key = await keys.CurrentAsync(scope, cancellationToken);
        var nonce = RandomNumberGenerator.GetBytes(AesSeal.NonceBytes);
        return new(
            key.Id,
            nonce,
            AesSeal.Encrypt(key.Key, nonce, plaintext.Span, AesSeal.Context(scope, context, key.Id))
        );
    }

    public async Task<byte[]> OpenAsync(
        string scope,
        Sealed value,
        string context,
        CancellationToken cancellationToken = default
    )
    {
        // A key of another scope is a changed place like any other.
        var key =
            await keys.FindAsync(scope, value.KeyId, cancellationToken)
            ?? throw new AuthenticationTagMismatchException();
        return AesSeal.Decrypt(key.Key, value.Nonce, value.Ciphertext, AesSeal.Context(scope, context, key.Id));
    }

    public async Task<byte[]?> OpenUnlessErasedAsync(
        string scope,
        Sealed value,
        string context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(value);
        return await keys.IsErasedAsync(scope, value.KeyId, cancellationToken)
            ? null
            : await OpenAsync(scope, value, context, cancellationToken);
    }

    public async Task<string> FingerprintAsync(
        string scope,
        ReadOnlyMemory<byte> value,
        CancellationToken cancellationToken = default
    )
    {
        var key = await keys.CurrentAsync(scope, cancellationToken);
        return Convert.ToHexStringLower(
            HMACSHA256.HashData(key.FingerprintKey, value.Span).AsSpan(0, FingerprintBytes)
        );
    }
}
