using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>What records say that an event changed about a person's account.</summary>
public static class UserChanges
{
    /// <summary>What names and addresses are sealed for; see <see cref="Sealed"/>.</summary>
    public const string NamePlace = "name";
    public const string EmailPlace = "email";

    public static ChangeSet Of(UserState before, UserEvent @event, UserState after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new ChangeList();
        changes.Text("id", before.Id, after.Id);
        if (@event is UserErased)
        {
            // S30: nobody can open them any more.
            changes.Text("personalData", "sealed", null);
        }
        else
        {
            changes.Personal("name", before.Name, after.Name, NamePlace);
            changes.Personal("email", before.Email, after.Email, EmailPlace);
        }

        Password(changes, before, @event, after);
        Factor(changes, before, @event, after);
        changes.Time("disabled.since", before.Disabled, after.Disabled);
        changes.Text("disabled.reason", null, (@event as UserDisabled)?.Reason);
        if (!ReferenceEquals(before.Orgs, after.Orgs))
        {
            changes.Each("organizations", before.Orgs, after.Orgs);
        }

        Credentials(changes, @event);
        return changes.ToSet();
    }

    /// <summary>Whose an address is; the address itself is nowhere.</summary>
    public static ChangeSet OfClaim(string? ownerBefore, string? ownerAfter) =>
        ChangeSet.Of("owner", ownerBefore, ownerAfter);

    private static void Password(ChangeList changes, UserState before, UserEvent @event, UserState after)
    {
        if (@event is PasswordStrengthened)
        {
            // The same password; only what it costs to try one changed.
            changes.Number("password.rounds", before.Password?.Iterations, after.Password?.Iterations);
        }
        else
        {
            changes.Hidden("password", before.Password, after.Password);
        }

        changes.Flag("mustChangePassword", before.MustChangePassword, after.MustChangePassword);
        changes.Time("passwordExpires", before.PasswordExpires, after.PasswordExpires);
    }

    private static void Factor(ChangeList changes, UserState before, UserEvent @event, UserState after)
    {
        var (was, now) = (before.SecondFactor, after.SecondFactor);
        changes.Hidden("proposedSecondFactor", before.Proposed?.Secret, after.Proposed?.Secret);
        changes.Hidden("secondFactor", was?.Secret, now?.Secret);
        changes.Time("secondFactor.since", was?.Since, now?.Since);
        changes.Number("secondFactor.lastStep", was?.LastStep, now?.LastStep);
        changes.Number("recoveryCodesLeft", was?.RecoveryCodes.Length, now?.RecoveryCodes.Length);
        if (@event is RecoveryCodesReplaced)
        {
            changes.Hidden("recoveryCodes", was, now);
        }
    }

    // Tickets that end in the append of the event.
    private static void Credentials(ChangeList changes, UserEvent @event)
    {
        switch (@event)
        {
            case PasswordChanged:
                changes.Text("sessions", "all others", null);
                break;
            case UserDisabled or UserErased:
                changes.Text("sessions", "all", null);
                changes.Text("tokens", "all", null);
                break;
        }
    }
}
