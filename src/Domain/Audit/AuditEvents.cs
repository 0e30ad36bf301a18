using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit;

/// <summary>Facts about one log: who signs it and what is done with its records.</summary>
public abstract record AuditEvent : IDomainEvent;

/// <param name="Days">Records without events lose their bodies after so many days; none: never.</param>
[Event("audit.retention_set")]
[GenerateSerializer, Immutable, Alias("palisade.audit.retention-set")]
public sealed record RetentionSet([property: Id(0)] int? Days, [property: Id(1)] DateTimeOffset At) : AuditEvent;

/// <summary>Nothing is erased until it is lifted.</summary>
/// <param name="By">User id.</param>
[Event("audit.hold_set")]
[GenerateSerializer, Immutable, Alias("palisade.audit.hold-set")]
public sealed record LegalHoldSet(
    [property: Id(0)] string Reason,
    [property: Id(1)] string By,
    [property: Id(2)] DateTimeOffset At
) : AuditEvent;

[Event("audit.hold_lifted")]
[GenerateSerializer, Immutable, Alias("palisade.audit.hold-lifted")]
public sealed record LegalHoldLifted([property: Id(0)] DateTimeOffset At) : AuditEvent;

/// <param name="Key">The public key as verifiers take it.</param>
/// <param name="Succession">The note of the key before it and itself that announces it; none for the first.</param>
[Event("audit.signing_key_added")]
[GenerateSerializer, Immutable, Alias("palisade.audit.signing-key-added")]
public sealed record SigningKeyAdded(
    [property: Id(0)] string Key,
    [property: Id(1)] string? Succession,
    [property: Id(2)] DateTimeOffset At
) : AuditEvent;
