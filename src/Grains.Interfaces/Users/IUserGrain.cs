using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Users;

/// <summary>One person; key: the user id. Everything but registering is for its owner alone.</summary>
[Alias("palisade.user")]
public interface IUserGrain : IGrainWithStringKey
{
    Task<Result<Done>> RegisterAsync(
        Caller caller,
        RegisterUser command,
        CancellationToken cancellationToken = default
    );

    Task<Result<UserInfo>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    Task<Result<Done>> RenameAsync(Caller caller, string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Checks the current password first. Ends every session of the person; tokens are listed, and revoked one by one.
    /// </summary>
    Task<Result<Done>> ChangePasswordAsync(
        Caller caller,
        Sensitive<string> current,
        Sensitive<string> replacement,
        CancellationToken cancellationToken = default
    );

    /// <summary>Hashes the same password with the rounds of today; nothing when it has them.</summary>
    Task<Result<Done>> StrengthenPasswordAsync(
        Caller caller,
        Sensitive<string> password,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Issues a credential of a kind of <see cref="CredentialKinds"/>; the secret is in the answer once and nowhere
    /// else. Who has a second factor gets no session but a sign-in to be completed. Problems: <c>user.not_found</c>,
    /// <c>user.disabled</c>, <c>token.*</c>.
    /// </summary>
    Task<Result<IssuedCredential>> IssueCredentialAsync(
        Caller caller,
        IssueCredential command,
        CancellationToken cancellationToken = default
    );

    /// <summary>Revokes all CLI tokens and issues a new one, in one step.</summary>
    Task<Result<IssuedCredential>> ResetTokensAsync(
        Caller caller,
        IssueCredential command,
        CancellationToken cancellationToken = default
    );

    /// <summary>Those of a kind that are good now, oldest first.</summary>
    Task<Result<ImmutableArray<CredentialInfo>>> ListCredentialsAsync(
        Caller caller,
        string kind,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> RenameCredentialAsync(
        Caller caller,
        string kind,
        string credentialId,
        string name,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> RevokeCredentialAsync(
        Caller caller,
        string kind,
        string credentialId,
        CancellationToken cancellationToken = default
    );

    /// <summary>Revokes all of a kind but the one that asks.</summary>
    Task<Result<Done>> RevokeOthersAsync(Caller caller, string kind, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a secret for an authenticator app, shown once, to be confirmed with a code. Problems:
    /// <c>password.wrong</c>, <c>factor.exists</c>.
    /// </summary>
    Task<Result<FactorDraft>> ProposeSecondFactorAsync(
        Caller caller,
        Sensitive<string> password,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Gives the recovery codes, shown once. Problems: <c>factor.not_proposed</c>, <c>factor.wrong</c>.
    /// </summary>
    Task<Result<ImmutableArray<Sensitive<string>>>> ConfirmSecondFactorAsync(
        Caller caller,
        Sensitive<string> code,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Proves the second factor for the credential that asks, with a code of the app or a recovery code. Problems:
    /// <c>factor.none</c>, <c>factor.wrong</c>.
    /// </summary>
    Task<Result<Done>> ProveSecondFactorAsync(
        Caller caller,
        Sensitive<string> code,
        CancellationToken cancellationToken = default
    );

    /// <summary>The second step of a sign-in; the caller's credential is what the first one gave.</summary>
    Task<Result<IssuedCredential>> CompleteSignInAsync(
        Caller caller,
        Sensitive<string> code,
        CancellationToken cancellationToken = default
    );

    Task<Result<ImmutableArray<Sensitive<string>>>> ReplaceRecoveryCodesAsync(
        Caller caller,
        CancellationToken cancellationToken = default
    );

    Task<Result<Done>> RemoveSecondFactorAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// Operator only. Ends every session and token of the person, and with them their open streams. Problem:
    /// <c>user.is_operator</c>.
    /// </summary>
    Task<Result<Done>> DisableAsync(Caller caller, string reason, CancellationToken cancellationToken = default);

    /// <summary>Operator only. What was ended stays ended. Problem: <c>user.erased</c>.</summary>
    Task<Result<Done>> EnableAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>
    /// Operator only, for good. Destroys the keys under which everything personal of them is sealed: in their account
    /// and in the records of every log. Problems: <c>user.is_operator</c>, <c>user.still_member</c>; <c>audit.held</c>
    /// while a log that says something of them is under a legal hold.
    /// </summary>
    Task<Result<Done>> EraseAsync(Caller caller, CancellationToken cancellationToken = default);
}

[GenerateSerializer, Immutable, Alias("palisade.register-user")]
public sealed record RegisterUser(
    [property: Id(0)] string Email,
    [property: Id(1)] string Name,
    [property: Id(2)] Sensitive<string> Password,
    [property: Id(3)] bool MustChangePassword
);

/// <param name="Lifetime">At most 90 days.</param>
[GenerateSerializer, Immutable, Alias("palisade.issue-credential")]
public sealed record IssueCredential(
    [property: Id(0)] string Kind,
    [property: Id(1)] string Name,
    [property: Id(2)] TimeSpan Lifetime
)
{
    /// <summary>Where it may be used from, in CIDR form; empty means anywhere.</summary>
    [Id(3)]
    public ImmutableArray<string> Networks { get; init; } = [];
}

[GenerateSerializer, Immutable, Alias("palisade.issued-credential")]
public sealed record IssuedCredential(
    [property: Id(0)] string Id,
    [property: Id(1)] Sensitive<string> Secret,
    [property: Id(2)] DateTimeOffset Expires
)
{
    /// <summary>It opens nothing until the second step is done with it.</summary>
    [Id(3)]
    public bool NeedsSecondFactor { get; init; }
}

/// <param name="Secret">For typing, in base 32.</param>
/// <param name="Uri">For a QR code: <c>otpauth://totp/…</c>.</param>
[GenerateSerializer, Immutable, Alias("palisade.factor-draft")]
public sealed record FactorDraft([property: Id(0)] Sensitive<string> Secret, [property: Id(1)] Sensitive<string> Uri);
