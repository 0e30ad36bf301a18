using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Audit;

/// <summary>
/// Owns the facts about one log: its signing keys and what is done with its records. Its key is the log's
/// <see cref="LogName"/>.
/// </summary>
[Alias("palisade.audit")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>Keys and settings; nothing in them is secret.</summary>
    [Alias("Get")]
    Task<Result<AuditState>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Makes the first signing key when there is none.</summary>
    [Alias("EnsureKey")]
    Task<Result<Done>> EnsureKeyAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives the log a new signing key, announced by the one before; answers the new verifier key. Problem:
    /// <c>signing.too_many_keys</c>.
    /// </summary>
    [Alias("RotateKey")]
    Task<Result<string>> RotateKeyAsync(Caller caller, CancellationToken cancellationToken = default);
}
