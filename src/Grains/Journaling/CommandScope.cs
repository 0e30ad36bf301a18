using Palisade.Domain.Access;
using Palisade.Domain.Audit.Changes;
using Palisade.Domain.Kernel;
using Palisade.Domain.Keys;
using Palisade.Grains.Apps;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Journaling;

/// <summary>Who commands what, and on behalf of which job attempt.</summary>
/// <param name="Job">The reporting job's attempt; its report is refused when a newer attempt exists.</param>
public sealed record CommandScope(Caller Caller, Operation Operation, JobToken? Job = null)
{
    /// <summary>False for an inner command whose operation was decided by the one that led to it.</summary>
    public bool Authorize { get; init; } = true;

    /// <summary>
    /// False for a change that belongs to one that a deploy key's use limit has counted already
    /// (<see cref="KeyUses"/>).
    /// </summary>
    public bool IsUse { get; init; } = true;

    /// <summary>
    /// What changes beside the events, as sessions and tokens do; the first event's record says it too.
    /// </summary>
    public ChangeSet Beside { get; init; } = ChangeSet.None;

    /// <summary>Adds what must be committed together with the events: entries of other streams, tickets.</summary>
    public Func<Append, Append>? Amend { get; init; }

    /// <summary>What a lost race on another stream than the grain's own means.</summary>
    public Problem? Taken { get; init; }

    /// <summary>What a limit of <see cref="Amend"/> means that was reached. Without, it is decided again.</summary>
    public Problem? Full { get; init; }
}
