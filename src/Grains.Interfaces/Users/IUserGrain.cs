using Palisade.Domain.Kernel;

namespace Palisade.Grains.Users;

/// <summary>One person; key: the user id.</summary>
[Alias("palisade.user")]
public interface IUserGrain : IGrainWithStringKey
{
    Task<Result<Done>> RegisterAsync(Caller caller, RegisterUser command, CancellationToken cancellationToken = default);

    /// <summary>Own account only: it holds personal data.</summary>
    Task<Result<UserInfo>> GetAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Checks the current password first. Ends every session and token of the person.</summary>
    Task<Result<Done>> ChangePasswordAsync(Caller caller, Sensitive<string> current, Sensitive<string> replacement, CancellationToken cancellationToken = default);

    /// <summary>Issues a credential of the given kind (<c>cli</c>, <c>session</c>); the secret is in the answer once and nowhere else.
    /// Problems: <c>user.not_found</c>, <c>user.disabled</c>, <c>token.lifetime_invalid</c>.</summary>
    Task<Result<IssuedCredential>> IssueCredentialAsync(Caller caller, IssueCredential command, CancellationToken cancellationToken = default);

    Task<Result<Done>> RevokeCredentialAsync(Caller caller, string credentialId, CancellationToken cancellationToken = default);
}

[GenerateSerializer, Immutable, Alias("palisade.register-user")]
public sealed record RegisterUser([property: Id(0)] string Email, [property: Id(1)] string Name, [property: Id(2)] Sensitive<string> Password, [property: Id(3)] bool MustChangePassword);

[GenerateSerializer, Immutable, Alias("palisade.user-info")]
public sealed record UserInfo([property: Id(0)] string Id, [property: Id(1)] string Email, [property: Id(2)] string Name, [property: Id(3)] bool MustChangePassword);

/// <param name="Lifetime">At most 90 days.</param>
[GenerateSerializer, Immutable, Alias("palisade.issue-credential")]
public sealed record IssueCredential([property: Id(0)] string Kind, [property: Id(1)] string Name, [property: Id(2)] TimeSpan Lifetime);

[GenerateSerializer, Immutable, Alias("palisade.issued-credential")]
public sealed record IssuedCredential([property: Id(0)] string Id, [property: Id(1)] Sensitive<string> Secret, [property: Id(2)] DateTimeOffset Expires);
