using System.Collections.Immutable;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Sinks;
using Palisade.Storage;
using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>Takes what is to be delivered next out of a log.</summary>
public sealed class SinkReader(IStore store, TimeProvider time)
{
    /// <summary>Records of one delivery.</summary>
    private const int MaxRecords = 100;

    /// <summary>Bytes of their bodies; one record is delivered whatever its size.</summary>
    private const int MaxBytes = 512 << 10;

    /// <summary>What follows from an index on; null when nothing does.</summary>
    public async Task<SinkBatch?> NextAsync(string org, Sink sink, long from, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var entries = await store.Audit.ReadAsync(org, from, MaxRecords, cancellationToken);
        var bytes = 0;
        var fitting = entries.TakeWhile((entry, i) => (bytes += entry.Body?.Length ?? 0) <= MaxBytes || i == 0);

        // S30: what is sent away can be erased here no longer. In files of the data folder nothing is in clear.
        var disclose = sink.Kind == SinkKind.Webhook ? PersonalFields.Names : [];
        var records = ImmutableArray.CreateBuilder<SinkRecord>();
        foreach (var entry in fitting)
        {
            var person = await Disclosures.OfAsync(store.Personal, entry, disclose, cancellationToken);
            records.Add(new(entry, person));
        }

        return entries.IsEmpty
            ? null
            // A seal gives its records their places and publishes the checkpoint over them at once.
            : new(
                org,
                sink.Id,
                records.ToImmutable(),
                (await store.Audit.CheckpointAsync(org, null, cancellationToken))!,
                time.GetUtcNow()
            );
    }

    /// <summary>A delivery without records, to try a sink; null while the log has no checkpoint.</summary>
    public async Task<SinkBatch?> TestAsync(string org, Sink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sink);
        return await store.Audit.CheckpointAsync(org, null, cancellationToken) is { } checkpoint
            ? new(org, sink.Id, [], checkpoint, time.GetUtcNow())
            : null;
    }
}
