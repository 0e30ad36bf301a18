using Palisade.Domain.Kernel;

namespace Palisade.Storage.Keys;

/// <summary>
/// Seals with AES-256-GCM under a data key per scope (<c>org/acme</c>, <c>rack/acme/staging</c>,
/// <c>app/acme/staging/web</c>), each wrapped by the master key ring. Data keys are made on first use and kept in the
/// store; the master key is not.
/// </summary>
public interface ISealer
{
    /// <summary>
    /// <paramref name="context"/> is the additional data: it names the place (stream and version) and must be the same
    /// when opening.
    /// </summary>
    Task<Sealed> SealAsync(
        string scope,
        ReadOnlyMemory<byte> plaintext,
        string context,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Throws <see cref="System.Security.Cryptography.AuthenticationTagMismatchException"/> when bytes or place were
    /// changed.
    /// </summary>
    Task<byte[]> OpenAsync(string scope, Sealed value, string context, CancellationToken cancellationToken = default);

    /// <summary>As <see cref="OpenAsync"/>; null when the key was destroyed, which erased the value (S30).</summary>
    Task<byte[]?> OpenUnlessErasedAsync(
        string scope,
        Sealed value,
        string context,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Keyed HMAC-SHA256 under the scope's data key (S19), lower-case hex, 16 bytes: equal secrets show as equal, and
    /// no more.
    /// </summary>
    Task<string> FingerprintAsync(
        string scope,
        ReadOnlyMemory<byte> value,
        CancellationToken cancellationToken = default
    );
}
