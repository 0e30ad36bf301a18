using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>The first entry of <c>email/hash</c>: the address belongs to this account.</summary>
[Event("user.email_claimed")]
[GenerateSerializer, Immutable, Alias("palisade.user.email-claimed")]
public sealed record EmailClaimed([property: Id(0)] string UserId) : IDomainEvent;
