using System.Collections.Immutable;
using Palisade.Domain.Audit;

namespace Palisade.Storage.Audit;

/// <summary>
/// Finds records of a log. An index beside the log, filled from it a moment later; losing it costs filling it again.
/// </summary>
public interface IAuditSearch
{
    const int MaxActors = 20_000;

    /// <summary>The change topic of what is found newly in a log.</summary>
    static string Topic(string org) => $"indexed/{org}/";

    /// <summary>
    /// Takes up what was sealed since the last time, at most 1,000 records; gives how many. Zero: nothing is missing.
    /// </summary>
    Task<int> IndexAsync(string org, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes up records again of which something was erased: what is gone of them is found no longer. At most 1,000.
    /// </summary>
    Task RefreshAsync(string org, ImmutableArray<long> indexes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes what <see cref="RefreshAsync"/> dropped out of the index's files. False: a reader was in the way; try
    /// again.
    /// </summary>
    Task<bool> ScrubAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Indexes of matching records, the newest first, below <paramref name="before"/> when given.
    /// <paramref name="limit"/> is 1 to 1,000.
    /// </summary>
    Task<ImmutableArray<long>> FindAsync(
        string org,
        AuditQuery query,
        long? before,
        int limit,
        CancellationToken cancellationToken = default
    );

    /// <summary>Ids of those who did anything in the log, the newest <see cref="MaxActors"/> at most.</summary>
    Task<ImmutableArray<string>> ActorsAsync(string org, CancellationToken cancellationToken = default);

    /// <summary>
    /// How many records each actor, operation, resource and result has on the given days (UTC, inclusive), the most
    /// frequent first, at most <paramref name="top"/> of each.
    /// </summary>
    Task<ImmutableArray<FacetCount>> CountAsync(
        string org,
        DateOnly first,
        DateOnly last,
        int top,
        CancellationToken cancellationToken = default
    );
}

/// <param name="Facet"><c>actor</c>, <c>operation</c>, <c>resource</c> or <c>result</c>.</param>
public sealed record FacetCount(string Facet, string Value, long Count);
