using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

using UserDecision = Decision<UserEvent, Done>;

/// <summary>
/// Decisions about a person's second factor. Secrets and fingerprints come in opened and computed by the owner of the
/// keys.
/// </summary>
public static class SecondFactorDecisions
{
    /// <summary>What is told of a code that is wrong, used or too late: the same, whichever it is.</summary>
    public static Forbidden Wrong { get; } =
        new("factor.wrong", "this code is wrong or was used already")
        {
            Suggestion = "wait for the next one in your app, or use a recovery code",
        };

    /// <summary>Problems: <c>user.not_found</c>, <c>factor.exists</c>.</summary>
    public static Result<UserDecision> Propose(UserState state, Sealed secret, DecideContext context) =>
        UserDecisions.Missing(state) is { } missing ? missing
        : state.SecondFactor is not null
            ? new Conflict("factor.exists", "there is a second factor already") { Suggestion = "remove it first" }
        : Of(new FactorProposed(secret, context.Now));

    /// <summary>Problems: <c>factor.exists</c>, <c>factor.not_proposed</c>, <c>factor.wrong</c>.</summary>
    /// <param name="secret">The proposed secret, opened.</param>
    public static Result<UserDecision> Confirm(
        UserState state,
        ReadOnlySpan<byte> secret,
        string code,
        ImmutableArray<string> recoveryCodes,
        DecideContext context
    ) =>
        state.SecondFactor is not null
            ? new Conflict("factor.exists", "there is a second factor already") { Suggestion = "remove it first" }
        : state.Proposed is not { } proposed || context.Now - proposed.At > ProposedFactor.Lasts
            ? new Conflict("factor.not_proposed", "no second factor waits to be confirmed")
            {
                Suggestion = "begin again",
            }
        : Totp.Match(secret, code, context.Now, after: 0) is not { } step ? Wrong
        : Of(new FactorConfirmed(step, recoveryCodes, context.Now));

    /// <summary>Spends a code of the app. Problems: <c>factor.none</c>, <c>factor.wrong</c>.</summary>
    public static Result<UserDecision> Use(
        UserState state,
        ReadOnlySpan<byte> secret,
        string code,
        DecideContext context
    ) =>
        state.SecondFactor is not { } factor ? None
        : Totp.Match(secret, code, context.Now, factor.LastStep) is not { } step ? Wrong
        : Of(new FactorUsed(step, context.Now));

    /// <summary>Spends a recovery code. Problems: <c>factor.none</c>, <c>factor.wrong</c>.</summary>
    public static Result<UserDecision> UseRecoveryCode(UserState state, string fingerprint, DecideContext context) =>
        state.SecondFactor is not { } factor ? None
        : !factor.RecoveryCodes.Contains(fingerprint) ? Wrong
        : Of(new RecoveryCodeUsed(fingerprint, context.Now));

    /// <summary>Problem: <c>factor.none</c>.</summary>
    public static Result<UserDecision> ReplaceRecoveryCodes(
        UserState state,
        ImmutableArray<string> recoveryCodes,
        DecideContext context
    ) => state.SecondFactor is null ? None : Of(new RecoveryCodesReplaced(recoveryCodes, context.Now));

    /// <summary>Problem: <c>factor.none</c>.</summary>
    public static Result<UserDecision> Remove(UserState state, DecideContext context) =>
        state.SecondFactor is null ? None : Of(new FactorRemoved(context.Now));

    private static Conflict None { get; } = new("factor.none", "this account has no second factor");

    private static UserDecision Of(UserEvent @event) => new(default) { Events = [@event] };
}
