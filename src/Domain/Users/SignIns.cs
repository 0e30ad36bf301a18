using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>Checks a password sign-in, and says what is told of one that failed.</summary>
public static class SignIns
{
    /// <summary>
    /// Takes the time of <paramref name="iterations"/> rounds whatever the outcome is. That is what new passwords get,
    /// and no stored one has more.
    /// </summary>
    public static SignInOutcome Check(UserState? state, Sensitive<string> password, int iterations, DateTimeOffset now)
    {
        var known = state is { Exists: true, Password: not null };
        var hash = known ? state!.Password! : PasswordHash.Decoy(iterations);
        var matches = hash.Matches(password);

        // SECURITY: an account whose hash is from before the rounds rose must not be told by its speed.
        PasswordHash.Spend(password, iterations - hash.Iterations);

        // SECURITY: only who knows the password learns more.
        return !known ? SignInOutcome.UnknownUser
            : !matches ? SignInOutcome.WrongPassword
            : state!.Disabled is not null ? SignInOutcome.Disabled
            : state.PasswordExpires <= now ? SignInOutcome.PasswordExpired
            : SignInOutcome.Ok;
    }

    /// <summary>The stable reason of the record: <c>signin.wrong_password</c>.</summary>
    public static string Code(SignInOutcome outcome) =>
        outcome switch
        {
            SignInOutcome.Ok => "signin.ok",
            SignInOutcome.UnknownUser => "signin.unknown_user",
            SignInOutcome.WrongPassword => "signin.wrong_password",
            SignInOutcome.Disabled => "signin.disabled",
            SignInOutcome.PasswordExpired => "signin.password_expired",
            _ => "signin.none",
        };

    /// <summary>What the person is told: the same for an unknown address and a wrong password.</summary>
    public static Unauthenticated Refusal(SignInOutcome outcome) =>
        outcome switch
        {
            SignInOutcome.Disabled => new("signin.disabled", "this account is disabled"),
            SignInOutcome.PasswordExpired => new(
                "signin.password_expired",
                "this password was set for you and its day is over"
            )
            {
                Suggestion = "ask for a new one",
            },
            _ => new("signin.refused", "wrong email or password"),
        };

    /// <summary>
    /// What the client is told of a bad token. COMPAT: it swallows every error of <c>GET /racks</c> that lacks the
    /// words "cli token is expired", so that the person would see an empty list (security.md S11); so they begin it,
    /// and the cause follows.
    /// </summary>
    public static Unauthenticated Refusal(TokenFault fault, TokenKind kind = TokenKind.Cli) =>
        new(
            "auth.token_refused",
            $"cli token is expired or no longer good: {fault switch
    {
        TokenFault.Expired => "its time is over",
        TokenFault.Revoked => "it was revoked",
        TokenFault.WrongAddress => "it may not be used from this address",
        TokenFault.UserDisabled => "the account is disabled",
        TokenFault.Malformed => "it is mistyped or cut off",
        _ => "it is unknown here",
    }}"
        )
        {
            Suggestion =
                kind == TokenKind.DeployKey
                    ? "it is a deploy key: roll it or make a new one in the console and set CONVOX_PASSWORD to its secret"
                    : "make a new one in the console under Account and log in again",
        };
}
