using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;

namespace Palisade.Grains.Keys;

/// <summary>
/// One deploy key; key: <c>org/key-xxxxxxxxxxxx</c>. Its secrets are in the answers of create and roll once, and
/// nowhere else.
/// </summary>
[Alias("palisade.key")]
public interface IDeployKeyGrain : IGrainWithStringKey
{
    /// <summary>Problems: those of <see cref="DeployKeyDecisions.Create"/>.</summary>
    Task<Result<IssuedKey>> CreateAsync(
        Caller caller,
        DeployKeySpec spec,
        CancellationToken cancellationToken = default
    );

    /// <summary>Problem: <c>key.not_found</c>.</summary>
    Task<Result<DeployKeyView>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces all that can be chosen; it counts for the key's next request. Problems: those of
    /// <see cref="DeployKeyDecisions.Update"/>.
    /// </summary>
    /// <param name="from">What it must still be; null: whatever it is.</param>
    Task<Result<DeployKeyView>> UpdateAsync(
        Caller caller,
        DeployKeySpec spec,
        DeployKeySpec? from = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Gives a new secret. Those before it go on for <paramref name="overlap"/> (0 to 30 days). Problems: those of
    /// <see cref="DeployKeyDecisions.Roll"/>.
    /// </summary>
    Task<Result<IssuedKey>> RollAsync(Caller caller, TimeSpan overlap, CancellationToken cancellationToken = default);

    /// <summary>Its secrets work no more, its name is free. Problem: <c>key.not_found</c>.</summary>
    Task<Result<Done>> DeleteAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// It leaked: its secrets work no more. By the key itself, which whoever proves to have its secret speaks for, or
    /// who may report it.
    /// </summary>
    Task<Result<Done>> ReportAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts a change that the key itself is about to make where no grain commits it. Problem: <c>key.used_up</c>.
    /// </summary>
    Task<Result<Done>> UseAsync(
        Caller caller,
        string operation,
        string resource,
        CancellationToken cancellationToken = default
    );
}

/// <summary>A key with its new secret.</summary>
[GenerateSerializer, Immutable, Alias("palisade.issued-key")]
public sealed record IssuedKey([property: Id(0)] DeployKeyView Key, [property: Id(1)] Sensitive<string> Secret);
