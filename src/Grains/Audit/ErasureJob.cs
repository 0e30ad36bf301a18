using System.Collections.Immutable;
using System.Text.Json;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Jobs;
using Palisade.Storage;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit;

/// <summary>
/// What follows when keys of a person were destroyed: takes their addresses out of the search index, and what is left
/// of the keys out of the files. Enqueued in the append that destroyed them, so it is done whatever happens to whoever
/// asked for it.
/// </summary>
public sealed class ErasureJob(IStore store) : IJobHandler
{
    public const string Kind = "person.erase";

    private const int Page = 1_000;

    string IJobHandler.Kind => Kind;

    /// <param name="org">Null for all logs.</param>
    public static JobDraft For(string userId, string? org, Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return new()
        {
            Id = $"{Kind}/{userId}/{org}/{Guid.CreateVersion7():N}",
            Kind = Kind,
            Org = org ?? "",
            Stream = StreamId.User(userId).Value,
            Operation = operation.Name,
            Resource = "",
            Caller = Callers.OfLog(org ?? ""),
            Payload = JsonSerializer.Serialize(new Whom(userId, org)),
        };
    }

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var whom = JsonSerializer.Deserialize<Whom>(context.Job.Payload)!;
        foreach (var log in whom.Org is { } org ? [org] : await store.Audit.LogsAsync(cancellationToken))
        {
            await RefreshAsync(store, log, new() { Actors = [whom.UserId] }, cancellationToken);
        }

        return await ScrubAsync(store, cancellationToken);
    }

    public Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>Indexes again what a search finds, without what was erased of it.</summary>
    internal static async Task RefreshAsync(
        IStore store,
        string log,
        AuditQuery query,
        CancellationToken cancellationToken
    )
    {
        ImmutableArray<long> found = [];
        do
        {
            var before = found.IsEmpty ? default(long?) : found[^1];
            found = await store.Search.FindAsync(log, query, before, Page, cancellationToken);
            await store.Search.RefreshAsync(log, found, cancellationToken);
        } while (found.Length == Page);
    }

    internal static async Task<JobEnd> ScrubAsync(IStore store, CancellationToken cancellationToken)
    {
        await store.Search.ScrubAsync(cancellationToken);
        return await store.Personal.ScrubAsync(cancellationToken)
            ? new JobEnd.Done()
            : new JobEnd.Retry("the database's files are being read", TimeSpan.FromSeconds(5));
    }

    private sealed record Whom(string UserId, string? Org);
}
