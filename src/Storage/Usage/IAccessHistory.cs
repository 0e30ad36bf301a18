using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Usage;

/// <summary>What was asked for in the past: the journal's records and the counts of plain reads together.</summary>
public interface IAccessHistory
{
    /// <summary>The most that is read at once, most frequent first.</summary>
    const int MaxUses = 100_000;

    /// <summary>Requests of users and deploy keys of an organization since then, identical ones as one.</summary>
    /// <param name="of">Only this one's, a user or a deploy key; null for all.</param>
    Task<ImmutableArray<AccessUse>> ReadAsync(
        string org,
        DateTimeOffset since,
        Principal? of = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>The record of the refusal that was answered with this id, or null.</summary>
    Task<StoredEntry?> FindDecisionAsync(string org, string decisionId, CancellationToken cancellationToken = default);
}
