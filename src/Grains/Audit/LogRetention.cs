using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Grains.Audit;

/// <summary>
/// Erases what one log no longer has to keep, batch by batch, for as long as it runs: says so in a record, waits for a
/// checkpoint that covers it, and only then erases. Each step commits only while the log's settings are those that it
/// was decided by, so a legal hold wins whenever it comes; killed between any two it begins again, and what follows an
/// erasure is an <see cref="ErasureJob"/> of the same write.
/// </summary>
public sealed class LogRetention(IStore store, AuditFacts facts, NodeIdentity node, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    public async Task RunAsync(string org, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await EraseDueAsync(org, cancellationToken);
        } while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Erases all that is due now; gives how many bodies that were.</summary>
    public async Task<long> EraseDueAsync(string org, CancellationToken cancellationToken)
    {
        var erased = 0L;
        for (var from = 0L; await NextAsync(org, from, cancellationToken) is { } next; )
        {
            if (await EraseAsync(next, cancellationToken))
            {
                erased += next.Batch.Entries.Count;
                from = next.Batch.Entries[^1].Index + 1;
            }
        }

        await ForgetVisitorsAsync(org, cancellationToken);
        return erased;
    }

    /// <summary>What is due by the settings as of now; null when there is nothing, or a hold.</summary>
    private async Task<Due?> NextAsync(string org, long from, CancellationToken cancellationToken)
    {
        var (state, guard) = await facts.GuardedAsync(org, cancellationToken);
        return
            BoundOf(state) is { } bound
            && await store.Retention.NextAsync(org, bound, from, cancellationToken) is { } batch
            ? new(batch, guard, state.RetentionDays!.Value)
            : null;
    }

    private async Task<bool> EraseAsync(Due due, CancellationToken cancellationToken)
    {
        var org = due.Batch.Org;
        await using var seals = store
            .Changes.SubscribeAsync(IAuditLog.Topic("sealed", org), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        var details = due.Batch.Notice().Details.Add("days", due.Days.ToString(CultureInfo.InvariantCulture));
        var said = await SayAsync(org, Operations.AuditErase, due.Guard, details, [], []);
        if (said is null)
        {
            return false;
        }

        long? by;
        while ((by = await store.Audit.IndexOfAsync(said.Stream, said.Head, cancellationToken)) is null)
        {
            if (!await seals.MoveNextAsync())
            {
                return false;
            }
        }

        var then = ErasureJob.ForBodies(org, [.. due.Batch.Entries.Select(entry => entry.Index)]);
        return await store.Retention.EraseAsync(due.Batch, by.Value, due.Guard, then, cancellationToken);
    }

    /// <summary>
    /// Destroys the keys of days that are over for good: of those who were nobody's account nothing but that they came
    /// is left then, in events too.
    /// </summary>
    private async Task ForgetVisitorsAsync(string org, CancellationToken cancellationToken)
    {
        var (state, guard) = await facts.GuardedAsync(org, cancellationToken);
        if (BoundOf(state) is not { } bound)
        {
            return;
        }

        // A day whose last moment is older.
        var before = DateOnly.FromDateTime(bound.UtcDateTime);
        var days = await store.Retention.VisitorDaysAsync(org, before, cancellationToken);
        if (days.Count == 0)
        {
            return;
        }

        var details = ImmutableSortedDictionary<string, string>
            .Empty.Add("days", days.Count.ToString(CultureInfo.InvariantCulture))
            .Add("before", before.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var first = DateOnly.ParseExact(days[0][^10..], "yyyy-MM-dd", CultureInfo.InvariantCulture);
        await SayAsync(
            org,
            Operations.AuditForget,
            guard,
            details,
            [.. days.Select(day => new KeyErasure(day))],
            [ErasureJob.ForDays(org, first, before)]
        );
    }

    private DateTimeOffset? BoundOf(AuditState state) =>
        state is { Hold: null, RetentionDays: { } days } ? time.GetUtcNow() - TimeSpan.FromDays(days) : null;

    /// <summary>Null when the settings are not those of the guard any more.</summary>
    private async Task<StreamHead?> SayAsync(
        string org,
        Operation operation,
        ReadGuard guard,
        ImmutableSortedDictionary<string, string> details,
        ImmutableArray<KeyErasure> erasures,
        ImmutableArray<JobDraft> jobs
    )
    {
        var entry = new EntryDraft
        {
            Caller = Callers.OfLog(org),
            Operation = operation.Name,
            ResourceType = operation.Type.ToString(),
            Resource = "",
            Details = details,
        };
        var stream = org.Length == 0 ? StreamId.Installation(node.Id) : StreamId.Records(org, node.Id);
        var append = new Append
        {
            Org = org,
            Writes = [new(stream, null, [entry])],
            Guards = [guard],
            Erasures = erasures,
            Jobs = jobs,
        };
        return await store.Journal.AppendAsync(append, CancellationToken.None) is Appended appended
            ? appended.Heads[0]
            : null;
    }

    private sealed record Due(ErasureBatch Batch, ReadGuard Guard, int Days);
}
