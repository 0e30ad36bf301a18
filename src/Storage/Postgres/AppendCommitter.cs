using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Commits groups of appends, each group in one round trip. What fails as a group is tried one by one; what may have
/// been committed although its answer was lost is sent again byte for byte, and is done when the database has it.
/// </summary>
/// <param name="patience">How long an append is tried while the database does not answer.</param>
internal sealed partial class AppendCommitter(
    Database database,
    StreamHeads heads,
    AppendRefusals refusals,
    LostAnswers lost,
    CommitNews news,
    TimeProvider clock,
    TimeSpan patience,
    ILogger logger
)
{
    private const int MaxTries = 100;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Answers each of them, whatever happens.</summary>
    public async Task CommitAsync(IReadOnlyList<AppendWork> group)
    {
        var until = Stopwatch.GetTimestamp() + (long)(patience.TotalSeconds * Stopwatch.Frequency);
        var unanswered = new HashSet<int>();
        var (left, sent) = await TryTogetherAsync(group, unanswered);
        foreach (var work in left)
        {
            await (
                sent.GetValueOrDefault(work) is { } planned
                    ? CommitAloneAsync(work, planned, [.. unanswered], until)
                    : CommitAloneAsync(work, null, [], until)
            );
        }
    }

    /// <summary>
    /// Gives those that have to go alone, and what was sent of them where nobody knows what became of it.
    /// </summary>
    private async Task<(IReadOnlyList<AppendWork> Left, Dictionary<AppendWork, PlannedAppend> Sent)> TryTogetherAsync(
        IReadOnlyList<AppendWork> group,
        HashSet<int> unanswered
    )
    {
        var plan = new AppendPlan(StoreTime.Now(clock));
        try
        {
            var known = await heads.KnownAsync(group);
            var rest = group.Where(work => !plan.TryAdd(work, known)).ToList();
            if (plan.Appends.Count > 0)
            {
                var topics = await database.RunOnceAsync(AppendStatements.Of(plan.Appends, plan.Heads), unanswered);
                Committed(plan.Appends, topics);
            }

            return (rest, []);
        }
#pragma warning disable CA1031 // Belongs to one of them; each finds out by itself whether it is the one.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            GroupFailed(logger, exception, group.Count);
            heads.Forget(group);
            var sent = unanswered.Count > 0 ? plan.Appends : [];
            return (group, sent.ToDictionary(planned => planned.Work));
        }
    }

    /// <param name="planned">What was sent before, if anything was.</param>
    /// <param name="unanswered">Backends that may still commit it.</param>
    private async Task CommitAloneAsync(AppendWork work, PlannedAppend? planned, HashSet<int> unanswered, long until)
    {
        var refused = false;
        for (var tries = 1; ; tries++)
        {
            try
            {
                if (refused)
                {
                    // What refused the second sending need not refuse the first, which may still be under way.
                    if (unanswered.Count > 0 && await lost.WasCommittedAsync(planned!, unanswered))
                    {
                        Committed([planned!], []);
                        return;
                    }

                    unanswered.Clear();
                    (planned, refused) = (null, false);
                }

                if (planned is null && await refusals.FindAsync(work) is { } refusal)
                {
                    work.Complete(refusal);
                    return;
                }

                planned ??= await PlanAsync(work);
                if (planned is not null)
                {
                    var statements = AppendStatements.Of([planned], planned.Heads());
                    Committed([planned], await database.RunOnceAsync(statements, unanswered));
                    return;
                }
            }
            catch (Exception exception) when (Fault.IsUndone(exception) && tries < MaxTries)
            {
                heads.Forget([work]);
                refused = Fault.IsRefusal(exception);
            }
            catch (Exception exception) when (Fault.IsUnknown(exception) && Stopwatch.GetTimestamp() < until)
            {
                await Task.Delay(Pause(tries));
            }
#pragma warning disable CA1031 // Belongs to whoever waits for it; the lane lives on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                work.Fail(Fault.IsForeign(exception) ? Foreign(exception) : exception);
                return;
            }
        }
    }

    /// <summary>Null when a stream moved meanwhile.</summary>
    private async Task<PlannedAppend?> PlanAsync(AppendWork work)
    {
        var plan = new AppendPlan(StoreTime.Now(clock));
        return plan.TryAdd(work, await heads.KnownAsync([work])) ? plan.Appends[0] : null;
    }

    private void Committed(IReadOnlyList<PlannedAppend> appends, IReadOnlyList<string> topics)
    {
        // Those who were not answered themselves are told nothing before they can see it.
        news.Publish(appends, topics);
        foreach (var planned in appends)
        {
            var moved = planned.Writes.Select(placed => placed.After.Of(placed.Write.Write.Stream));
            planned.Work.Complete(new Appended([.. moved], planned.At));
        }
    }

    private static TimeSpan Pause(int tries) =>
        TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 10 * Math.Pow(2, Math.Min(tries, 10))));

    private static InvalidOperationException Foreign(Exception exception) =>
        new("A stream belongs to another organization than the one that writes to it.", exception);

    [LoggerMessage(
        EventId = 30,
        Level = LogLevel.Warning,
        Message = "A group of {Count} appends failed as a whole; each is tried by itself"
    )]
    private static partial void GroupFailed(ILogger logger, Exception exception, int count);
}
