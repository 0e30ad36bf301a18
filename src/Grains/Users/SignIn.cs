using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Storage;

namespace Palisade.Grains.Users;

/// <summary>
/// Signing in to the console: a first step proves who it is, a second one follows for who has a second factor, and then
/// there is a session.
/// </summary>
public sealed class SignIn(IGrainFactory grains, People people, IStore store, TimeProvider time)
{
    /// <summary>Life of a console session.</summary>
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(12);

    /// <summary>What a session is called until its owner names it.</summary>
    internal const string SessionName = "browser";

    private static readonly Unauthenticated Over = new("signin.over", "this sign-in took too long")
    {
        Suggestion = "begin again with your password",
    };

    /// <summary>
    /// The first step. The credential is a session, or with <see cref="IssuedCredential.NeedsSecondFactor"/> only what
    /// <see cref="CompleteAsync"/> takes.
    /// </summary>
    /// <param name="caller">The request's caller; its principal is not proven yet.</param>
    public async Task<Result<IssuedCredential>> BeginAsync<TEvidence>(
        Caller caller,
        ISignInStep<TEvidence> step,
        TEvidence evidence,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(step);
        var proven = await step.ProveAsync(caller, evidence, cancellationToken);
        return proven.TryGet(out var person, out var problem)
            ? await IssueAsync(Proven(caller, person, step.Name), cancellationToken)
            : Result.Fail<IssuedCredential>(problem);
    }

    /// <summary>The second step. Problems: <c>signin.over</c>, <c>factor.wrong</c>, <c>signin.throttled</c>.</summary>
    /// <param name="pendingHash">Hash of what the first step gave.</param>
    public async Task<Result<IssuedCredential>> CompleteAsync(
        Caller caller,
        string? pendingHash,
        Sensitive<string> code,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        return await FindPendingAsync(pendingHash, cancellationToken) is { } pending
            ? await grains
                .GetGrain<IUserGrain>(pending.Person.State.Id)
                .CompleteSignInAsync(
                    Proven(caller, pending.Person, pending.SignIn) with
                    {
                        CredentialId = pending.CredentialId,
                    },
                    code,
                    cancellationToken
                )
            : Over;
    }

    /// <summary>Whether a first step waits for its second.</summary>
    public async Task<bool> IsPendingAsync(string? pendingHash, CancellationToken cancellationToken = default) =>
        await FindPendingAsync(pendingHash, cancellationToken) is not null;

    /// <summary>A session for who was proven otherwise: the account that an invite just made.</summary>
    public Task<Result<IssuedCredential>> IssueAsync(Caller proven, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(proven);
        return grains
            .GetGrain<IUserGrain>(proven.Principal.Id)
            .IssueCredentialAsync(
                proven,
                new IssueCredential(CredentialKinds.Session, SessionName, SessionLifetime),
                cancellationToken
            );
    }

    internal static Caller Proven(Caller caller, Person person, string signIn) =>
        caller with
        {
            Principal = new Principal(PrincipalKind.User, person.State.Id, person.Name),
            SignIn = signIn,
        };

    private async Task<(Person Person, string CredentialId, string SignIn)?> FindPendingAsync(
        string? hash,
        CancellationToken cancellationToken
    ) =>
        hash is not null
        && await store.Tickets.FindAsync(hash, cancellationToken)
            is { Kind: CredentialKinds.SignIn, Revoked: null } ticket
        && ticket.Expires > time.GetUtcNow()
        && await people.FindAsync(ticket.Subject, cancellationToken) is { State.Disabled: null } person
            ? (person, ticket.Id, ticket.Name)
            : null;
}
