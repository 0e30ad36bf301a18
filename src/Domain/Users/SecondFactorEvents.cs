using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Users;

[Event("user.factor_proposed")]
[GenerateSerializer, Immutable, Alias("palisade.user.factor-proposed")]
public sealed record FactorProposed([property: Id(0)] Sealed Secret, [property: Id(1)] DateTimeOffset At) : UserEvent;

/// <param name="Step">Time step of the code that confirmed it.</param>
/// <param name="RecoveryCodes">Keyed fingerprints.</param>
[Event("user.factor_confirmed")]
[GenerateSerializer, Immutable, Alias("palisade.user.factor-confirmed")]
public sealed record FactorConfirmed(
    [property: Id(0)] long Step,
    [property: Id(1)] ImmutableArray<string> RecoveryCodes,
    [property: Id(2)] DateTimeOffset At
) : UserEvent;

/// <summary>A code of the app was used: this step and older ones are spent.</summary>
[Event("user.factor_used")]
[GenerateSerializer, Immutable, Alias("palisade.user.factor-used")]
public sealed record FactorUsed([property: Id(0)] long Step, [property: Id(1)] DateTimeOffset At) : UserEvent;

/// <param name="Fingerprint">Of the code that is spent.</param>
[Event("user.recovery_code_used")]
[GenerateSerializer, Immutable, Alias("palisade.user.recovery-code-used")]
public sealed record RecoveryCodeUsed([property: Id(0)] string Fingerprint, [property: Id(1)] DateTimeOffset At)
    : UserEvent;

[Event("user.recovery_codes_replaced")]
[GenerateSerializer, Immutable, Alias("palisade.user.recovery-codes-replaced")]
public sealed record RecoveryCodesReplaced(
    [property: Id(0)] ImmutableArray<string> RecoveryCodes,
    [property: Id(1)] DateTimeOffset At
) : UserEvent;

[Event("user.factor_removed")]
[GenerateSerializer, Immutable, Alias("palisade.user.factor-removed")]
public sealed record FactorRemoved([property: Id(0)] DateTimeOffset At) : UserEvent;
