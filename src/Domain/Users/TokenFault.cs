namespace Palisade.Domain.Users;

/// <summary>Why a token is not good any more.</summary>
[GenerateSerializer, Alias("palisade.user.token-fault")]
public enum TokenFault
{
    Unknown,
    Malformed,
    Expired,
    Revoked,
    WrongAddress,
    UserDisabled,
}
