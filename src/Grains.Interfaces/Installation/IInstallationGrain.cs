using System.Collections.Immutable;
using Palisade.Domain.Installation;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Grains.Users;

namespace Palisade.Grains.Installation;

/// <summary>
/// The installation itself; key: <see cref="Key"/>. Operators only (S04), but for what its jobs report.
/// </summary>
[Alias("palisade.installation")]
public interface IInstallationGrain : IGrainWithStringKey
{
    const string Key = "installation";

    Task<Result<InstallationState>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    Task<Result<Done>> AddOperatorAsync(Caller caller, string userId, CancellationToken cancellationToken = default);

    /// <summary>Their operator tokens are void at once.</summary>
    Task<Result<Done>> RemoveOperatorAsync(Caller caller, string userId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Issues a token of its own kind to an operator who gives their password: no other credential acts as one. The
    /// secret is in the answer once. Problems: <c>operator.not_you</c>, <c>password.wrong</c>,
    /// <c>password.must_change</c>, <c>signin.throttled</c>, <c>token.lifetime_invalid</c>.
    /// </summary>
    Task<Result<IssuedCredential>> IssueTokenAsync(
        Caller caller,
        IssueOperatorToken command,
        CancellationToken cancellationToken = default
    );

    /// <summary>Voids all operator tokens of the caller.</summary>
    Task<Result<Done>> RevokeTokensAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Replaces the networks beyond the public internet that may be sent to (S12).</summary>
    Task<Result<Done>> AllowNetworksAsync(
        Caller caller,
        ImmutableArray<string> networks,
        CancellationToken cancellationToken = default
    );

    /// <summary>Has a backup written; the answer is its id.</summary>
    Task<Result<string>> RequestBackupAsync(Caller caller, CancellationToken cancellationToken = default);

    Task<Result<Done>> DeleteBackupAsync(Caller caller, string backupId, CancellationToken cancellationToken = default);

    Task<Result<Done>> ReportBackupAsync(
        Caller caller,
        JobToken job,
        string backupId,
        long bytes,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> ReportBackupFailedAsync(
        Caller caller,
        JobToken job,
        string backupId,
        string reason,
        CancellationToken cancellationToken = default
    );
}

/// <param name="Lifetime">At most <see cref="MaxLifetime"/>.</param>
[GenerateSerializer, Immutable, Alias("palisade.issue-operator-token")]
public sealed record IssueOperatorToken(
    [property: Id(0)] Sensitive<string> Password,
    [property: Id(1)] string Name,
    [property: Id(2)] TimeSpan Lifetime
)
{
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(7);
}
