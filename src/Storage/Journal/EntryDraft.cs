using System.Collections.Immutable;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;

namespace Palisade.Storage.Journal;

/// <summary>How what was asked ended.</summary>
public enum EntryResult
{
    Ok,
    Denied,
    Failed,
}

/// <summary>
/// One record: who did what to which resource with what result, and the domain event where state changed. The journal
/// adds org, stream, seq, time and the hash chain. Never holds a secret: the serializer throws on
/// <see cref="Sensitive{T}"/>.
/// </summary>
public sealed record EntryDraft
{
    public required Caller Caller { get; init; }

    /// <summary>Name from the <c>Operations</c> table.</summary>
    public required string Operation { get; init; }

    /// <summary>Resource type of access-model.md.</summary>
    public required string ResourceType { get; init; }

    /// <summary>The resource's name in access terms: <c>staging</c>, <c>staging/web</c>, or "".</summary>
    public required string Resource { get; init; }

    public EntryResult Result { get; init; } = EntryResult.Ok;

    /// <summary>The problem's code and text when not <see cref="EntryResult.Ok"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Id under which the access decision can be explained.</summary>
    public string? DecisionId { get; init; }

    public IDomainEvent? Event { get; init; }

    /// <summary>What it changed, with what was there before. None where nothing changed.</summary>
    public ChangeSet Changes { get; init; } = ChangeSet.None;

    /// <summary>
    /// Further facts: names, ids and keyed fingerprints, never values of secrets. At most 64, each at most 1 KiB.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Details { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;
}
