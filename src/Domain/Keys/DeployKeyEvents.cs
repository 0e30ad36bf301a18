using Palisade.Domain.Kernel;

namespace Palisade.Domain.Keys;

/// <summary>Facts about one deploy key.</summary>
public abstract record DeployKeyEvent : IDomainEvent;

[Event("key.created")]
[GenerateSerializer, Immutable, Alias("palisade.key.created")]
public sealed record DeployKeyCreated : DeployKeyEvent
{
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required DeployKeySpec Spec { get; init; }

    [Id(2)]
    public required KeySecret Secret { get; init; }

    /// <summary>Id of the person who made it.</summary>
    [Id(3)]
    public required string By { get; init; }

    [Id(4)]
    public required DateTimeOffset At { get; init; }
}

[Event("key.updated")]
[GenerateSerializer, Immutable, Alias("palisade.key.updated")]
public sealed record DeployKeyUpdated([property: Id(0)] DeployKeySpec Spec) : DeployKeyEvent;

/// <param name="Secret">The new one.</param>
/// <param name="OthersUntil">When the secrets before it end, those that end earlier excepted.</param>
[Event("key.rolled")]
[GenerateSerializer, Immutable, Alias("palisade.key.rolled")]
public sealed record DeployKeyRolled([property: Id(0)] KeySecret Secret, [property: Id(1)] DateTimeOffset OthersUntil)
    : DeployKeyEvent;

/// <summary>A change counted against the use limit, in the append of that change.</summary>
[Event("key.used")]
[GenerateSerializer, Immutable, Alias("palisade.key.used")]
public sealed record DeployKeyUsed : DeployKeyEvent;

/// <summary>Somebody proved to have its secret and told that it leaked; it works no more.</summary>
[Event("key.reported")]
[GenerateSerializer, Immutable, Alias("palisade.key.reported")]
public sealed record DeployKeyReported([property: Id(0)] DateTimeOffset At) : DeployKeyEvent;

[Event("key.deleted")]
[GenerateSerializer, Immutable, Alias("palisade.key.deleted")]
public sealed record DeployKeyDeleted : DeployKeyEvent;

/// <summary>
/// Facts about which keys an organization has: one stream, so that names are unique exactly, and that a change of a
/// role sees every key that holds it.
/// </summary>
public abstract record KeyRegistryEvent : IDomainEvent;

/// <summary>A key is there, or has another name or other roles than before.</summary>
[Event("keys.listed")]
[GenerateSerializer, Immutable, Alias("palisade.keys.listed")]
public sealed record KeyListed([property: Id(0)] string Id, [property: Id(1)] DeployKeySpec Spec) : KeyRegistryEvent;

[Event("keys.unlisted")]
[GenerateSerializer, Immutable, Alias("palisade.keys.unlisted")]
public sealed record KeyUnlisted([property: Id(0)] string Id) : KeyRegistryEvent;
