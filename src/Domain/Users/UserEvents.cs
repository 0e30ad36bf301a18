using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

/// <summary>
/// Facts about one person's account. Sign-ins, good or bad, are records and not facts of this stream.
/// </summary>
public abstract record UserEvent : IDomainEvent;

/// <summary>
/// Address and name are personal: sealed under the person's own key, so that they can be erased with proofs intact
/// (S30).
/// </summary>
[Event("user.registered")]
[GenerateSerializer, Immutable, Alias("palisade.user.registered")]
public sealed record UserRegistered : UserEvent
{
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required Sealed Email { get; init; }

    [Id(2)]
    public required Sealed Name { get; init; }

    [Id(3)]
    public required PasswordHash Password { get; init; }

    [Id(4)]
    public required bool MustChangePassword { get; init; }

    [Id(5)]
    public required DateTimeOffset At { get; init; }
}

[Event("user.password_changed")]
[GenerateSerializer, Immutable, Alias("palisade.user.password-changed")]
public sealed record PasswordChanged(
    [property: Id(0)] PasswordHash Password,
    [property: Id(1)] bool MustChangePassword,
    [property: Id(2)] DateTimeOffset At
) : UserEvent;

/// <summary>The same password, hashed with more rounds.</summary>
[Event("user.password_strengthened")]
[GenerateSerializer, Immutable, Alias("palisade.user.password-strengthened")]
public sealed record PasswordStrengthened([property: Id(0)] PasswordHash Password) : UserEvent;

/// <summary>
/// An organization's administrator set it; it must be changed at the first sign-in, which has to be before
/// <paramref name="Expires"/>.
/// </summary>
[Event("user.password_reset")]
[GenerateSerializer, Immutable, Alias("palisade.user.password-reset")]
public sealed record PasswordReset([property: Id(0)] PasswordHash Password, [property: Id(1)] DateTimeOffset Expires)
    : UserEvent;

[Event("user.name_changed")]
[GenerateSerializer, Immutable, Alias("palisade.user.name-changed")]
public sealed record NameChanged([property: Id(0)] Sealed Name) : UserEvent;

[Event("user.disabled")]
[GenerateSerializer, Immutable, Alias("palisade.user.disabled")]
public sealed record UserDisabled([property: Id(0)] string Reason, [property: Id(1)] DateTimeOffset At) : UserEvent;

[Event("user.enabled")]
[GenerateSerializer, Immutable, Alias("palisade.user.enabled")]
public sealed record UserEnabled([property: Id(0)] DateTimeOffset At) : UserEvent;

/// <summary>
/// Their data keys were destroyed with it: address, name, second factor and what records say of them can be read by
/// nobody any more (S30).
/// </summary>
[Event("user.erased")]
[GenerateSerializer, Immutable, Alias("palisade.user.erased")]
public sealed record UserErased([property: Id(0)] DateTimeOffset At) : UserEvent;

[Event("user.org_joined")]
[GenerateSerializer, Immutable, Alias("palisade.user.org-joined")]
public sealed record OrgJoined([property: Id(0)] string Org) : UserEvent;

[Event("user.org_left")]
[GenerateSerializer, Immutable, Alias("palisade.user.org-left")]
public sealed record OrgLeft([property: Id(0)] string Org) : UserEvent;
