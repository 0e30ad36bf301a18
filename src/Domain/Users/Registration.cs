using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>
/// What a new account is made of, once the address was parsed, the password checked and both personal fields sealed.
/// </summary>
public sealed record Registration(Sealed Email, Sealed Name, PasswordHash Password, bool MustChangePassword);
