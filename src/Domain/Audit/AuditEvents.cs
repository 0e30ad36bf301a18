using Palisade.Domain.Kernel;

namespace Palisade.Domain.Audit;

/// <summary>Facts about one log: who signs it and what is done with its records.</summary>
public abstract record AuditEvent : IDomainEvent;

/// <param name="Key">The public key as verifiers take it.</param>
/// <param name="Succession">The note of the key before it and itself that announces it; none for the first.</param>
[Event("audit.signing_key_added")]
[GenerateSerializer, Immutable, Alias("palisade.audit.signing-key-added")]
public sealed record SigningKeyAdded(
    [property: Id(0)] string Key,
    [property: Id(1)] string? Succession,
    [property: Id(2)] DateTimeOffset At
) : AuditEvent;
