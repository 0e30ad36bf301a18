namespace Palisade.Domain.Users;

/// <summary>How a sign-in ended, for its record. The person is told less: see <see cref="SignIns"/>.</summary>
[GenerateSerializer, Alias("palisade.user.sign-in-outcome")]
public enum SignInOutcome
{
    /// <summary>An outcome that nobody set is no sign-in.</summary>
    None,
    Ok,
    UnknownUser,
    WrongPassword,
    Disabled,
    PasswordExpired,
}
