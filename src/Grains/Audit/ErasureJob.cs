using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Jobs;
using Palisade.Storage;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit;

/// <summary>
/// What follows when keys or bodies were destroyed: takes what they hid or said out of the search index, and what is
/// left of them out of the files. Enqueued in the write that destroyed them, so it is done whatever happens to whoever
/// asked for it; and tried until it is, since nobody waits for it who could be told that it was not.
/// </summary>
public sealed class ErasureJob(IStore store, ILogger<ErasureJob> logger) : IJobHandler
{
    public const string Kind = "person.erase";

    private const int Page = 1_000;
    private const int RetrySeconds = 5;
    private const int MaxRetrySeconds = 60;

    string IJobHandler.Kind => Kind;

    /// <summary>After the keys of a person.</summary>
    /// <param name="org">Null for all logs.</param>
    public static JobDraft For(string userId, string? org, Operation operation) =>
        Of(StreamId.User(userId), operation, new(org) { UserId = userId });

    /// <summary>After bodies that retention erased from a log, <see cref="IRetention.MaxBatch"/> at most.</summary>
    public static JobDraft ForBodies(string org, ImmutableArray<long> indexes) =>
        Of(StreamId.Audit(LogName.Of(org)), Operations.AuditErase, new(org) { Indexes = indexes });

    /// <summary>
    /// After the keys of a log's visitors: of days from the first to that before <paramref name="end"/>.
    /// </summary>
    public static JobDraft ForDays(string org, DateOnly first, DateOnly end) =>
        Of(StreamId.Audit(LogName.Of(org)), Operations.AuditForget, new(org) { First = first, End = end });

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var what = JsonSerializer.Deserialize<What>(context.Job.Payload)!;
        var retry = TimeSpan.FromSeconds(Math.Min(MaxRetrySeconds, RetrySeconds * context.Attempt));
        try
        {
            return await RunAsync(context.Job, what, cancellationToken)
                ? new JobEnd.Done()
                : new JobEnd.Retry("the database's files are being read", retry);
        }
#pragma warning disable CA1031 // A full disk passes; a job that ended by it would leave in the files what was erased.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.LogErasureFailed(e, context.Job.Id);
            return new JobEnd.Retry(e.GetType().Name, retry);
        }
    }

    public Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    private static JobDraft Of(StreamId stream, Operation operation, What what)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return new()
        {
            Id = $"{Kind}/{stream.Value}/{what.Org}/{Guid.CreateVersion7():N}",
            Kind = Kind,
            Org = what.Org ?? "",
            Stream = stream.Value,
            Operation = operation.Name,
            Resource = "",
            Caller = Callers.OfLog(what.Org ?? ""),
            Payload = JsonSerializer.Serialize(what),
        };
    }

    private async Task<bool> RunAsync(JobDraft job, What what, CancellationToken cancellationToken)
    {
        // Of bodies no key was destroyed.
        var keys = what.Indexes is null;
        if (keys)
        {
            await store.Personal.NoteErasedAsync(cancellationToken);
        }

        foreach (var log in what.Org is { } org ? [org] : await store.Audit.LogsAsync(cancellationToken))
        {
            await RefreshAsync(log, what, cancellationToken);
        }

        if (!keys && await IsFollowedAsync(job, cancellationToken))
        {
            return true;
        }

        return await store.Search.ScrubAsync(cancellationToken)
            && await (
                keys ? store.Personal.ScrubAsync(cancellationToken) : store.Retention.ScrubAsync(cancellationToken)
            );
    }

    /// <summary>Retention erases in many batches: the last of those that wait scrubs for all.</summary>
    private async Task<bool> IsFollowedAsync(JobDraft job, CancellationToken cancellationToken)
    {
        var next = new JobFilter(job.Org)
        {
            Kind = Kind,
            Stream = job.Stream,
            Status = JobStatus.Queued,
            Limit = 1,
        };
        return !(await store.Jobs.ListAsync(next, cancellationToken)).IsEmpty;
    }

    /// <summary>Indexes again what is concerned, without what was erased of it.</summary>
    private async Task RefreshAsync(string log, What what, CancellationToken cancellationToken)
    {
        if (what.Indexes is { } indexes)
        {
            await store.Search.RefreshAsync(log, indexes, cancellationToken);
            return;
        }

        var query = new AuditQuery
        {
            Actors = what.UserId is { } id ? [id] : [],
            Since = Midnight(what.First),
            Until = Midnight(what.End),
        };
        ImmutableArray<long> found = [];
        do
        {
            var before = found.IsEmpty ? default(long?) : found[^1];
            found = await store.Search.FindAsync(log, query, before, Page, cancellationToken);
            await store.Search.RefreshAsync(log, found, cancellationToken);
        } while (found.Length == Page);
    }

    private static DateTimeOffset? Midnight(DateOnly? day) =>
        day is { } date ? new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;

    /// <summary>What to index again: records of a person, of days, or these.</summary>
    /// <param name="Org">Null for all logs.</param>
    private sealed record What(string? Org)
    {
        public string? UserId { get; init; }
        public DateOnly? First { get; init; }
        public DateOnly? End { get; init; }
        public ImmutableArray<long>? Indexes { get; init; }
    }
}
