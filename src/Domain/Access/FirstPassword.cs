using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// S02: until the first password is changed, a session is admitted to changing it, to signing in and out, and to seeing
/// whose account it is. Tokens are not held back: the one of <c>first-run.json</c> has its own short life.
/// </summary>
public static class FirstPassword
{
    public const string Code = "password.must_change";

    /// <summary>Whether the caller must change the password before this operation.</summary>
    public static bool Blocks(Caller caller, Operation operation)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller
                is {
                    SignIn: "session",
                    MustChangePassword: true,
                    Principal.Kind: PrincipalKind.User or PrincipalKind.Operator
                }
            && operation != Operations.PasswordChange
            && operation != Operations.SignIn
            && operation != Operations.SignOut
            && operation != Operations.AccountGet;
    }

    public static Forbidden Refusal() =>
        new(Code, "the first password must be changed before anything else") { Suggestion = "change it under Account" };
}
