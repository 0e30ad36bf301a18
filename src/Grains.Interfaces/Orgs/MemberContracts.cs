using Palisade.Domain.Users;

namespace Palisade.Grains.Orgs;

/// <summary>An organization's settings.</summary>
[GenerateSerializer, Immutable, Alias("palisade.org-info")]
public sealed record OrgInfo(
    [property: Id(0)] string Name,
    [property: Id(1)] DateTimeOffset Created,
    [property: Id(2)] bool RequiresSecondFactor
);

/// <summary>Ends a member's sessions and tokens, and more if asked.</summary>
/// <param name="Password">A new one, to be changed at the first sign-in; null leaves it as it is.</param>
/// <param name="SecondFactor">Remove it.</param>
[GenerateSerializer, Immutable, Alias("palisade.reset-member")]
public sealed record ResetMember(
    [property: Id(0)] string UserId,
    [property: Id(1)] PasswordHash? Password,
    [property: Id(2)] bool SecondFactor
);
