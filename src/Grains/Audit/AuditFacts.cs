using System.Collections.Immutable;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Journaling;
using Palisade.Storage;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit;

/// <summary>The facts about each log, as of a read that begins with the call.</summary>
public sealed class AuditFacts(IStore store)
{
    private readonly FoldCache<AuditState, AuditEvent, Known> _cache = new(
        store.Journal,
        new AuditState(),
        AuditState.Apply,
        static (state, head, _) => ValueTask.FromResult(new Known(state, head))
    );

    private sealed record Known(AuditState State, long Head);

    public async ValueTask<AuditState> OfAsync(string org, CancellationToken cancellationToken = default) =>
        (await KnownAsync(org, cancellationToken)).State;

    /// <summary>The same, and the guard under which nothing of it has changed by the time of an append.</summary>
    public async ValueTask<(AuditState State, ReadGuard Guard)> GuardedAsync(
        string org,
        CancellationToken cancellationToken = default
    )
    {
        var known = await KnownAsync(org, cancellationToken);
        return (known.State, new(StreamOf(org), known.Head));
    }

    /// <summary>
    /// For an append that erases from these logs: the guards under which none is put on hold meanwhile. Problem:
    /// <c>audit.held</c>.
    /// </summary>
    public async ValueTask<Result<ImmutableArray<ReadGuard>>> ErasableAsync(
        IEnumerable<string> orgs,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(orgs);
        var guards = ImmutableArray.CreateBuilder<ReadGuard>();
        foreach (var org in orgs)
        {
            var (state, guard) = await GuardedAsync(org, cancellationToken);
            if (RetentionDecisions.CheckErasure(state, org) is { } held)
            {
                return Result.Fail<ImmutableArray<ReadGuard>>(held);
            }

            guards.Add(guard);
        }

        return guards.ToImmutable();
    }

    private ValueTask<Known> KnownAsync(string org, CancellationToken cancellationToken) =>
        _cache.GetAsync(StreamOf(org), cancellationToken);

    private static StreamId StreamOf(string org) => StreamId.Audit(LogName.Of(org));
}
