using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

using UserDecision = Decision<UserEvent, Done>;

/// <summary>Decisions about one person's account.</summary>
public static class UserDecisions
{
    public const int MaxNameLength = 100;

    /// <summary>How long a password that an administrator set is good for signing in.</summary>
    public static readonly TimeSpan ResetLasts = TimeSpan.FromDays(1);

    /// <summary>
    /// What must hold before anything is hashed or sealed. Problems: <c>user.email_invalid</c>,
    /// <c>user.name_invalid</c>, <c>password.*</c>.
    /// </summary>
    /// <param name="own">What else may not be the password: the organization's name.</param>
    public static Result<EmailAddress> CheckRegistration(
        string? email,
        string? name,
        Sensitive<string> password,
        params ReadOnlySpan<string> own
    )
    {
        if (!EmailAddress.TryParse(email, out var address))
        {
            return new Invalid("user.email_invalid", "this is no email address")
            {
                Suggestion = "write it as name@example.com",
            };
        }

        return (CheckName(name) ?? PasswordPolicy.Check(password, [address.Value, name!, .. own])) is { } problem
            ? problem
            : address;
    }

    /// <summary>Problem: <c>user.name_invalid</c>.</summary>
    public static Problem? CheckName(string? name) =>
        string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl)
            ? new Invalid(
                "user.name_invalid",
                $"a name has 1 to {MaxNameLength} characters, none of them a control character"
            )
            : null;

    public static Result<UserDecision> Rename(UserState state, Sealed name) =>
        Missing(state) is { } problem ? problem : Of(new NameChanged(name));

    /// <summary>Problem: <c>user.exists</c>.</summary>
    public static Result<UserDecision> Register(UserState state, string id, Registration command, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(command);
        return state.Exists
            ? new Conflict("user.exists", "this account exists already")
            : Of(Registered(id, command, context.Now));
    }

    public static UserRegistered Registered(string id, Registration registration, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(registration);
        return new()
        {
            Id = id,
            Email = registration.Email,
            Name = registration.Name,
            Password = registration.Password,
            MustChangePassword = registration.MustChangePassword,
            At = now,
        };
    }

    /// <summary>
    /// What must hold before the new password is hashed; checks the current one, which takes as long as a sign-in.
    /// Problems: <c>password.wrong</c>, <c>password.unchanged</c>, <c>password.*</c> of <see cref="PasswordPolicy"/>.
    /// </summary>
    /// <param name="own">What an attacker knows of the person: address, name, organizations.</param>
    public static Problem? CheckPasswordChange(
        UserState state,
        Sensitive<string> current,
        Sensitive<string> replacement,
        params ReadOnlySpan<string> own
    ) =>
        CheckPassword(state, current)
        ?? (
            current.Reveal() == replacement.Reveal()
                ? new Invalid("password.unchanged", "the new password is the current one")
                : PasswordPolicy.Check(replacement, own)
        );

    /// <summary>Takes as long as a sign-in. Problem: <c>password.wrong</c>.</summary>
    public static Problem? CheckPassword(UserState state, Sensitive<string> current) =>
        Missing(state) is { } missing ? missing
        : state.Password?.Matches(current) == true ? null
        : new Forbidden("password.wrong", "the current password is wrong");

    /// <summary>
    /// Sets a password that its owner chose and that was checked. The owner of the write revokes the person's sessions
    /// in the same append.
    /// </summary>
    public static Result<UserDecision> SetPassword(UserState state, PasswordHash password, DecideContext context) =>
        Missing(state) is { } problem
            ? problem
            : Of(new PasswordChanged(password, MustChangePassword: false, context.Now));

    /// <summary>
    /// Replaces the hash of the same password by a stronger one; nothing when it is as strong already.
    /// </summary>
    public static Result<UserDecision> Strengthen(UserState state, PasswordHash password) =>
        Missing(state) is { } problem ? problem
        : state.Password?.IsWeakerThan(password.Iterations) == true ? Of(new PasswordStrengthened(password))
        : new UserDecision(default);

    /// <summary>
    /// What an administrator of <paramref name="org"/> makes of a member's credentials. The owner of the write revokes
    /// sessions and tokens in the same append. Problem: <c>member.shared_account</c>.
    /// </summary>
    /// <param name="password">A new one that must be changed; none leaves the password as it is.</param>
    public static Result<UserDecision> Reset(
        UserState state,
        string org,
        PasswordHash? password,
        bool secondFactor,
        DecideContext context
    )
    {
        if (Missing(state) is { } missing)
        {
            return missing;
        }

        // SECURITY (S15): who can sign in as somebody acts for them everywhere, and this organization decides for
        // itself only.
        if (!state.Orgs.SetEquals([org]))
        {
            return new Forbidden("member.shared_account", "this account is not this organization's alone")
            {
                Suggestion = "its owner has to do this, or the installation's operator",
            };
        }

        return new UserDecision(default)
        {
            Events =
            [
                .. password is null
                    ? ReadOnlySpan<UserEvent>.Empty
                    : [new PasswordReset(password, context.Now + ResetLasts)],
                .. secondFactor && state.SecondFactor is not null
                    ? [new FactorRemoved(context.Now)]
                    : ReadOnlySpan<UserEvent>.Empty,
            ],
        };
    }

    public static Result<UserDecision> Disable(UserState state, string reason, DecideContext context) =>
        Missing(state) is { } problem ? problem
        : state.Disabled is not null ? new UserDecision(default)
        : Of(new UserDisabled(Printable.Of(reason), context.Now));

    public static Result<UserDecision> Enable(UserState state, DecideContext context) =>
        Missing(state) is { } problem ? problem
        : state.Erased is not null ? Erased
        : state.Disabled is null ? new UserDecision(default)
        : Of(new UserEnabled(context.Now));

    /// <summary>
    /// Erases what is personal of somebody who is in no organization any more; nothing when that was done. The owner of
    /// the write destroys their keys and tickets in the same append. Problem: <c>user.still_member</c>.
    /// </summary>
    public static Result<UserDecision> Erase(UserState state, DecideContext context) =>
        Missing(state) is { } problem ? problem
        : state.Erased is not null ? new UserDecision(default)
        : !state.Orgs.IsEmpty
            ? new Conflict(
                "user.still_member",
                $"this person is a member of {Printable.Line(string.Join(", ", state.Orgs), 300)}"
            )
            {
                Suggestion = "have them removed there first",
            }
        : Of(new UserErased(context.Now));

    /// <summary>
    /// The person's side of a membership; the organization's own stream decides about it. Problem:
    /// <c>user.too_many_orgs</c>.
    /// </summary>
    public static Result<UserDecision> Join(UserState state, string org) =>
        Missing(state) is { } problem ? problem
        : state.Orgs.Contains(org) ? new UserDecision(default)
        : state.Orgs.Count >= UserState.MaxOrgs
            ? new Exhausted("user.too_many_orgs", $"a person belongs to at most {UserState.MaxOrgs} organizations")
        : Of(new OrgJoined(org));

    public static Result<UserDecision> Leave(UserState state, string org) =>
        Missing(state) is { } problem ? problem
        : state.Orgs.Contains(org) ? Of(new OrgLeft(org))
        : new UserDecision(default);

    private static Conflict Erased => new("user.erased", "this account was erased, which is for good");

    public static NotFound? Missing(UserState state) =>
        state.Exists ? null : new NotFound("user.not_found", "no such account");

    private static UserDecision Of(UserEvent @event) => new(default) { Events = [@event] };
}
