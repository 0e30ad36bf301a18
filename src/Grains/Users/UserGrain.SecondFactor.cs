using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Domain.Users;
using Palisade.Grains.Journaling;
using Palisade.Storage.Journal;
using Palisade.Storage.Tickets;

namespace Palisade.Grains.Users;

using UserDecision = Decision<UserEvent, Done>;

/// <summary>
/// The second factor: set up, proven, removed. What was used is spent in the same append that lets somebody in.
/// </summary>
public sealed partial class UserGrain
{
    public async Task<Result<FactorDraft>> ProposeSecondFactorAsync(
        Caller caller,
        Sensitive<string> password,
        CancellationToken cancellationToken = default
    )
    {
        if (await RefusedAsync(caller, Operations.FactorEnroll, cancellationToken) is { } refused)
        {
            return refused;
        }

        // SECURITY: a stolen token or session must not be able to put its own second factor before the owner's account.
        await RefreshAsync(cancellationToken);
        var state = State;
        if (
            await CheckOwnPasswordAsync(() => UserDecisions.CheckPassword(state, password), cancellationToken) is
            { } problem
        )
        {
            return await FailedAsync<FactorDraft>(caller, Operations.FactorEnroll, problem, cancellationToken);
        }

        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        var box = await people.SealFactorAsync(UserId, secret, cancellationToken);
        var (email, _) = await people.OpenAsync(state, cancellationToken);
        var done = await CommandAsync(
            new(caller, Operations.FactorEnroll) { Authorize = false },
            (s, context) => SecondFactorDecisions.Propose(s, box, context),
            cancellationToken
        );
        return done.Map(_ => new FactorDraft(Totp.Text(secret), Totp.Uri(secret, email)));
    }

    public async Task<Result<ImmutableArray<Sensitive<string>>>> ConfirmSecondFactorAsync(
        Caller caller,
        Sensitive<string> code,
        CancellationToken cancellationToken = default
    )
    {
        var (codes, hashes) = await NewRecoveryCodesAsync(cancellationToken);
        var done = await ProveAsync(
            caller,
            Operations.FactorEnroll,
            async (s, context) =>
            {
                var secret = s.Proposed is { } proposed
                    ? await people.OpenFactorAsync(UserId, proposed.Secret, cancellationToken)
                    : [];
                return SecondFactorDecisions.Confirm(s, secret, code.Reveal(), hashes, context);
            },
            ticket => [Proven(ticket)],
            ChangeSet.None,
            cancellationToken
        );
        return done.Map(_ => codes);
    }

    public Task<Result<Done>> ProveSecondFactorAsync(
        Caller caller,
        Sensitive<string> code,
        CancellationToken cancellationToken = default
    ) =>
        ProveAsync(
            caller,
            Operations.AccountConfirm,
            (s, context) => SpendAsync(s, code, context, cancellationToken),
            ticket => [Proven(ticket)],
            ChangeSet.None,
            cancellationToken
        );

    public async Task<Result<IssuedCredential>> CompleteSignInAsync(
        Caller caller,
        Sensitive<string> code,
        CancellationToken cancellationToken = default
    )
    {
        var (session, issued) = NewTicket(CredentialKinds.Session, SignIn.SessionName, SignIn.SessionLifetime);
        var done = await ProveAsync(
            caller,
            Operations.SignIn,
            (s, context) => SpendAsync(s, code, context, cancellationToken),
            pending =>
                [
                    new TicketWrite.Delete(pending.Hash),
                    new TicketWrite.Put(TicketProof.With(session, Services.Time.GetUtcNow())),
                ],
            CredentialChanges.Of(session.Kind, after: await people.FactsAsync(session, cancellationToken)),
            cancellationToken
        );
        return done.Map(_ => issued);
    }

    public async Task<Result<ImmutableArray<Sensitive<string>>>> ReplaceRecoveryCodesAsync(
        Caller caller,
        CancellationToken cancellationToken = default
    )
    {
        var (codes, hashes) = await NewRecoveryCodesAsync(cancellationToken);
        var done = await OwnAsync(
            caller,
            Operations.FactorCodes,
            (s, context) => SecondFactorDecisions.ReplaceRecoveryCodes(s, hashes, context),
            cancellationToken
        );
        return done.Map(_ => codes);
    }

    public Task<Result<Done>> RemoveSecondFactorAsync(Caller caller, CancellationToken cancellationToken = default) =>
        OwnAsync(caller, Operations.FactorRemove, SecondFactorDecisions.Remove, cancellationToken);

    private async Task<Result<Done>> OwnAsync(
        Caller caller,
        Operation operation,
        Func<UserState, DecideContext, Result<UserDecision>> decide,
        CancellationToken cancellationToken
    ) =>
        await RefusedAsync(caller, operation, cancellationToken) is { } refused
            ? Result.Fail<Done>(refused)
            : await CommandAsync(new(caller, operation) { Authorize = false }, decide, cancellationToken);

    /// <summary>
    /// Decides about a code, a bounded number of times, and writes what it proves for the credential that asks.
    /// </summary>
    private async Task<Result<Done>> ProveAsync(
        Caller caller,
        Operation operation,
        Func<UserState, DecideContext, ValueTask<Result<UserDecision>>> decide,
        Func<Ticket, ImmutableArray<TicketWrite>> proven,
        ChangeSet beside,
        CancellationToken cancellationToken
    )
    {
        if (await RefusedAsync(caller, operation, cancellationToken) is { } refused)
        {
            return Result.Fail<Done>(refused);
        }

        var ticket = (
            await Services.Store.Tickets.ListAsync(UserId, cancellationToken: cancellationToken)
        ).FirstOrDefault(t =>
            t.Id == caller.CredentialId
            && t.Revoked is null
            && (t.Kind == CredentialKinds.SignIn) == (operation == Operations.SignIn)
        );
        if (ticket is null)
        {
            return await FailedAsync<Done>(
                caller,
                operation,
                new NotFound("token.not_found", "no such credential"),
                cancellationToken
            );
        }

        if (!(await attempts.CodeAsync(UserId, cancellationToken)).TryGet(out var attempt, out var throttled))
        {
            return Result.Fail<Done>(throttled);
        }

        var done = await CommandAsync(
            new(caller, operation)
            {
                Authorize = false,
                Beside = beside,
                Amend = append => Amended(append, caller, operation, proven(ticket)),
            },
            decide,
            cancellationToken
        );
        if (done.Problem is not Forbidden)
        {
            await attempt.SucceededAsync();
        }

        return done;
    }

    private Append Amended(Append append, Caller caller, Operation operation, ImmutableArray<TicketWrite> tickets) =>
        append with
        {
            Tickets = tickets,
            Writes = IsSignedIn(operation, tickets)
                ? append.Writes.AddRange(SignInCopies.Of(caller, State.Orgs, Services.Node))
                : append.Writes,
        };

    /// <summary>A code of the app or a recovery code: their forms differ.</summary>
    private async ValueTask<Result<UserDecision>> SpendAsync(
        UserState state,
        Sensitive<string> code,
        DecideContext context,
        CancellationToken cancellationToken
    )
    {
        if (RecoveryCodes.Normal(code) is { } recovery)
        {
            return SecondFactorDecisions.UseRecoveryCode(
                state,
                await people.RecoveryCodeHashAsync(UserId, recovery, cancellationToken),
                context
            );
        }

        var secret = state.SecondFactor is { } factor
            ? await people.OpenFactorAsync(UserId, factor.Secret, cancellationToken)
            : [];
        return SecondFactorDecisions.Use(state, secret, code.Reveal(), context);
    }

    private TicketWrite.Put Proven(Ticket ticket) => new(TicketProof.With(ticket, Services.Time.GetUtcNow()));

    private async Task<(ImmutableArray<Sensitive<string>> Codes, ImmutableArray<string> Hashes)> NewRecoveryCodesAsync(
        CancellationToken cancellationToken
    )
    {
        var codes = ImmutableArray.CreateBuilder<Sensitive<string>>(RecoveryCodes.Count);
        var hashes = ImmutableArray.CreateBuilder<string>(RecoveryCodes.Count);
        while (codes.Count < RecoveryCodes.Count)
        {
            var code = RecoveryCodes.Create(RandomNumberGenerator.GetBytes(RecoveryCodes.RandomBytes));
            codes.Add(code);
            hashes.Add(await people.RecoveryCodeHashAsync(UserId, RecoveryCodes.Normal(code)!, cancellationToken));
        }

        return (codes.MoveToImmutable(), hashes.MoveToImmutable());
    }
}
