using System.Collections.Immutable;

namespace Palisade.Racks.Local.Planning;

/// <summary>
/// A service's ended processes, oldest end first: the evidence of failures and what slows down restarts. Pure.
/// </summary>
internal sealed class EndedProcesses
{
    /// <summary>More than these are thinned out to the ones that the wait is counted by.</summary>
    private const int MaxEvidence = 10;

    /// <summary>Enough of them in turn for the longest wait.</summary>
    private const int MaxTurns = 8;

    /// <summary>Ends before this no longer slow down restarts.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    /// <summary>A start that fails is tried again at least this often while a change is being proven.</summary>
    private static readonly TimeSpan MaxRestProving = TimeSpan.FromSeconds(2);

    private readonly ImmutableArray<LocalProcess> _turns;
    private readonly DateTimeOffset _now;

    public EndedProcesses(ImmutableArray<LocalProcess> ended, DateTimeOffset now)
    {
        _now = now;
        All = [.. ended.OrderBy(p => p.Ended).ThenBy(p => p.Id, StringComparer.Ordinal)];
        _turns = [.. Turns(All)];
    }

    public ImmutableArray<LocalProcess> All { get; }

    /// <summary>Those that say no more than the others do.</summary>
    public IEnumerable<LocalProcess> Superfluous =>
        All.Length <= MaxEvidence ? [] : All.Except(_turns.TakeLast(MaxTurns));

    public IEnumerable<LocalProcess> Of(string rolloutId) => All.Where(p => p.RolloutId == rolloutId);

    /// <summary>
    /// The first restart is immediate, the following ones wait 1 s, 2 s, 4 s … 60 s after the last end; from 0.25 s on
    /// while a change is being proven. Counted in turns, each begun after the one before had ended: many that end at
    /// once are one.
    /// </summary>
    /// <param name="proving">A change is being proven by it.</param>
    /// <param name="failing">A start that does not succeed, which is waited for too.</param>
    public DateTimeOffset NextStart(bool proving, StepProblem? failing)
    {
        var afterEnds = AfterEnds(proving);
        return failing?.NextTry(proving ? MaxRestProving : MaxWait) is { } again && again > afterEnds
            ? again
            : afterEnds;
    }

    private DateTimeOffset AfterEnds(bool proving)
    {
        var recent = _turns.Count(p => p.Ended > _now - Window);
        if (recent == 0 || (recent == 1 && !proving))
        {
            return DateTimeOffset.MinValue;
        }

        var wait = TimeSpan.FromSeconds(
            proving ? 0.25 * Math.Pow(2, Math.Min(recent - 1, 10)) : Math.Pow(2, Math.Min(recent - 2, 10))
        );
        return All[^1].Ended!.Value + (wait < MaxWait ? wait : MaxWait);
    }

    private static IEnumerable<LocalProcess> Turns(ImmutableArray<LocalProcess> ended)
    {
        var end = DateTimeOffset.MinValue;
        foreach (var p in ended)
        {
            if (p.Ended is { } at && (p.Started ?? at) >= end)
            {
                end = at;
                yield return p;
            }
        }
    }
}
