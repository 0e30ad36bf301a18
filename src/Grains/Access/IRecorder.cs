using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Access;

/// <summary>
/// Writes record-only entries to this node's record stream of the caller's org, or to the installation's log.
/// </summary>
public interface IRecorder
{
    /// <summary>
    /// Durable when it completes; of a flood of identical refusals the first one is, and the following are counted
    /// (S32). The answer is the id of the decision that is on record: that of the first, for one that was counted.
    /// </summary>
    Task<string?> RecordAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        Outcome outcome,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// The same, but what went well is counted too where it repeats the first: for copies of what another log has in
    /// full, which whoever repeats it would fill as many logs with as they have organizations (S32).
    /// </summary>
    Task<string?> FoldAsync(
        Caller caller,
        Operation operation,
        Resource resource,
        Outcome outcome,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Counts a refusal that is recorded already, to be written with the next <see cref="FlushAsync"/> in another log,
    /// those that are alike as one: writing it now would tell the refused, by the time it takes, that there is such a
    /// log, and let whoever repeats it fill as many logs as they have organizations (S32).
    /// </summary>
    void Copy(Caller caller, Operation operation, Resource resource, Outcome outcome);

    /// <summary>
    /// Writes one record for each kind of what was counted since the last time. Called each minute and at stop.
    /// </summary>
    Task FlushAsync();
}

/// <summary>How it ended, and further facts (names, ids, fingerprints; never secrets).</summary>
public sealed record Outcome(EntryResult Result, string? Reason = null)
{
    public static Outcome Ok { get; } = new(EntryResult.Ok);

    public string? DecisionId { get; init; }

    public ImmutableSortedDictionary<string, string> Details { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What was changed that is no fact of a stream.</summary>
    public ChangeSet Changes { get; init; } = ChangeSet.None;

    public static Outcome Failed(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new Outcome(EntryResult.Failed, $"{problem.Code}: {problem.Message}");
    }

    public static Outcome With(params (string Key, string Value)[] details) =>
        Ok with
        {
            Details = details.ToImmutableSortedDictionary(d => d.Key, d => d.Value),
        };
}
