namespace Palisade.Domain.Access;

public static partial class Operations
{
    // One's own account: any signed-in user, on themself only (OwnAccess)
    public static readonly Operation SignIn = Account(
        AccessLevel.Write,
        "signin",
        "Prove who one is, well or badly: sign-in page, GET /auth, and Basic credentials on any route"
    );
    public static readonly Operation SignOut = Account(
        AccessLevel.Write,
        "signout",
        "End the session that asks (console)"
    );
    public static readonly Operation SessionList = Account(
        AccessLevel.Read,
        "session.list",
        "List one's sessions (console)"
    );
    public static readonly Operation SessionUpdate = Account(
        AccessLevel.Write,
        "session.update",
        "Name one of one's sessions (console)"
    );
    public static readonly Operation SessionRevoke = Account(
        AccessLevel.Write,
        "session.revoke",
        "End one or all of one's sessions (console)"
    );
    public static readonly Operation TokenList = Account(
        AccessLevel.Read,
        "token.list",
        "List one's CLI tokens (console)"
    );
    public static readonly Operation TokenCreate = Account(
        AccessLevel.Write,
        "token.create",
        "Make a CLI token (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation TokenUpdate = Account(
        AccessLevel.Write,
        "token.update",
        "Name one of one's CLI tokens (console)"
    );
    public static readonly Operation TokenRevoke = Account(
        AccessLevel.Write,
        "token.revoke",
        "Revoke one or all of one's CLI tokens (console)"
    );
    public static readonly Operation TokenReset = Account(
        AccessLevel.Write,
        "token.reset",
        "Revoke all of one's CLI tokens and make a new one (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation OperatorTokenCreate = Account(
        AccessLevel.Write,
        "operator.token.create",
        "Make an operator token, for an operator with their password (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation OperatorTokenRevoke = Account(
        AccessLevel.Write,
        "operator.token.revoke",
        "Revoke one's operator tokens (console)"
    );
    public static readonly Operation PasswordChange = Account(
        AccessLevel.Write,
        "password.change",
        "Change one's password (console)"
    );
    public static readonly Operation AccountGet = Account(
        AccessLevel.Read,
        "account.get",
        "See one's name, email and organizations (console); the list that GET /racks walks"
    );
    public static readonly Operation AccountUpdate = Account(
        AccessLevel.Write,
        "account.update",
        "Change one's name (console)"
    );
    public static readonly Operation AccountConfirm = Account(
        AccessLevel.Write,
        "account.confirm",
        "Prove one's second factor, for dangerous operations of the next ten minutes (console)"
    );
    public static readonly Operation FactorEnroll = Account(
        AccessLevel.Write,
        "factor.enroll",
        "Set up a second factor (console)"
    ) with
    {
        Reveal = true,
    };
    public static readonly Operation FactorRemove = Account(
        AccessLevel.Write,
        "factor.remove",
        "Remove one's second factor (console)"
    ) with
    {
        StepUp = true,
    };
    public static readonly Operation FactorCodes = Account(
        AccessLevel.Write,
        "factor.codes",
        "Make new recovery codes (console)"
    ) with
    {
        Reveal = true,
        StepUp = true,
    };
    public static readonly Operation InviteAccept = Account(
        AccessLevel.Write,
        "invite.accept",
        "Look at an invite and join with it, or make an account with it: its token is the right to (console)"
    );
}
