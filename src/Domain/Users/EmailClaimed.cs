using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>The first entry of <c>email/hash</c>: the address belongs to this account.</summary>
[Event("user.email_claimed")]
[GenerateSerializer, Immutable, Alias("palisade.user.email-claimed")]
public sealed record EmailClaimed([property: Id(0)] string UserId) : IDomainEvent;

/// <summary>The account that had the address was erased: anybody may claim it.</summary>
[Event("user.email_released")]
[GenerateSerializer, Immutable, Alias("palisade.user.email-released")]
public sealed record EmailReleased([property: Id(0)] string UserId) : IDomainEvent;
