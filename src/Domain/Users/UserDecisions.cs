using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

using UserDecision = Decision<UserEvent, Done>;

/// <summary>Decisions about one person's account.</summary>
public static class UserDecisions
{
    public const int MaxNameLength = 100;

    /// <summary>
    /// What must hold before anything is hashed or sealed. Problems: <c>user.email_invalid</c>, <c>user.name_invalid</c>, <c>password.*</c>.
    /// </summary>
    public static Result<EmailAddress> CheckRegistration(string? email, string? name, Sensitive<string> password)
    {
        if (!EmailAddress.TryParse(email, out var address))
        {
            return new Invalid("user.email_invalid", "this is no email address") { Suggestion = "write it as name@example.com" };
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl))
        {
            return new Invalid("user.name_invalid", $"a name has 1 to {MaxNameLength} characters, none of them a control character");
        }

        return PasswordPolicy.Check(password, address) is { } problem ? problem : address;
    }

    /// <summary>Problem: <c>user.exists</c>.</summary>
    public static Result<UserDecision> Register(UserState state, string id, Registration command, DecideContext context)
    {
        ArgumentNullException.ThrowIfNull(command);
        return state.Exists
            ? new Conflict("user.exists", "this account exists already")
            : Of(new UserRegistered
            {
                Id = id,
                Email = command.Email,
                Name = command.Name,
                Password = command.Password,
                MustChangePassword = command.MustChangePassword,
                At = context.Now,
            });
    }

    /// <summary>
    /// What must hold before the new password is hashed; checks the current one, which takes as long as a sign-in.
    /// Problems: <c>password.wrong</c>, <c>password.unchanged</c>, <c>password.*</c> of <see cref="PasswordPolicy"/>.
    /// </summary>
    public static Problem? CheckPasswordChange(UserState state, Sensitive<string> current, Sensitive<string> replacement, EmailAddress? email = null) =>
        Missing(state)
        ?? (state.Password?.Matches(current) != true ? new Forbidden("password.wrong", "the current password is wrong")
            : current.Reveal() == replacement.Reveal() ? new Invalid("password.unchanged", "the new password is the current one")
            : PasswordPolicy.Check(replacement, email));

    /// <summary>
    /// Sets a password that was checked. <paramref name="mustChange"/> is for one that somebody else set. The owner of the write revokes the
    /// person's sessions and tokens in the same append.
    /// </summary>
    public static Result<UserDecision> SetPassword(UserState state, PasswordHash password, bool mustChange, DecideContext context) =>
        Missing(state) is { } problem ? problem : Of(new PasswordChanged(password, mustChange, context.Now));

    public static Result<UserDecision> Disable(UserState state, string reason, DecideContext context) =>
        Missing(state) is { } problem ? problem
        : state.Disabled is not null ? new UserDecision(default)
        : Of(new UserDisabled(Printable.Of(reason), context.Now));

    public static Result<UserDecision> Enable(UserState state, DecideContext context) =>
        Missing(state) is { } problem ? problem
        : state.Disabled is null ? new UserDecision(default)
        : Of(new UserEnabled(context.Now));

    /// <summary>The person's side of a membership; the organization's own stream decides about it. Problem: <c>user.too_many_orgs</c>.</summary>
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

    private static NotFound? Missing(UserState state) => state.Exists ? null : new NotFound("user.not_found", "no such account");

    private static UserDecision Of(UserEvent @event) => new(default) { Events = [@event] };
}
