using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Storage;
using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit;

/// <summary>
/// Makes bundles of a log that can be verified offline, line by line. Whoever asks was authorized before.
/// </summary>
public sealed class LogExport(IStore store, AuditFacts facts)
{
    private const int Page = 500;

    /// <summary>
    /// Every record from an index on, of one checkpoint: the newest when it is asked for. Problems:
    /// <c>audit.empty</c>, <c>audit.bad_range</c>.
    /// </summary>
    /// <param name="since">Size of an earlier checkpoint, whose consistency the bundle is to prove.</param>
    /// <param name="disclose">Which personal values it is to show; see <see cref="PersonalFields.Names"/>.</param>
    public async Task<Result<IAsyncEnumerable<ExportLine>>> CompleteAsync(
        string org,
        long from,
        long? since,
        ImmutableArray<string> disclose,
        CancellationToken cancellationToken
    )
    {
        if (await store.Audit.CheckpointAsync(org, null, cancellationToken) is not { } checkpoint)
        {
            return Empty;
        }

        if (from < 0 || from > checkpoint.Size || since < 0 || since > checkpoint.Size)
        {
            return new Invalid(
                "audit.bad_range",
                $"the log has {checkpoint.Size} records: from and since are at most that"
            );
        }

        var header = await HeaderAsync(org, checkpoint, complete: true, cancellationToken) with
        {
            From = from,
            Frontier = await FrontierAsync(org, from, cancellationToken),
            Consistency = since is { } size
                ? new(
                    size,
                    await store.Audit.HashesAsync(
                        org,
                        MerkleProofs.Consistency(size, checkpoint.Size),
                        cancellationToken
                    )
                )
                : null,
        };
        return Result.Of(
            LinesAsync(
                header,
                EntriesAsync(org, from, checkpoint.Size, cancellationToken),
                checkpoint.Size,
                disclose,
                cancellationToken
            )
        );
    }

    /// <summary>
    /// Matching records and those of retention that say which of them were erased, each with its own proof, the oldest
    /// first; at most <paramref name="max"/>, the newest matches. What is erased while it is written is left out.
    /// </summary>
    public async Task<Result<IAsyncEnumerable<ExportLine>>> ChosenAsync(
        string org,
        AuditQuery query,
        int max,
        ImmutableArray<string> disclose,
        CancellationToken cancellationToken
    )
    {
        // INVARIANT: chosen before the checkpoint, which so covers whatever says that some of it was erased.
        var chosen = await ChosenRecords.FindAsync(store, org, query, max, cancellationToken);
        if (await store.Audit.CheckpointAsync(org, null, cancellationToken) is not { } checkpoint)
        {
            return Empty;
        }

        var header = await HeaderAsync(org, checkpoint, complete: false, cancellationToken);
        return Result.Of(
            LinesAsync(
                header,
                EntriesAsync(org, chosen, cancellationToken),
                checkpoint.Size,
                disclose,
                cancellationToken
            )
        );
    }

    /// <summary>The proof that an entry is in the log of a size.</summary>
    public Task<ImmutableArray<byte[]>> InclusionAsync(
        string org,
        long index,
        long size,
        CancellationToken cancellationToken
    ) => store.Audit.HashesAsync(org, MerkleProofs.Inclusion(index, size), cancellationToken);

    internal static NotFound Empty =>
        new("audit.empty", "this log has no checkpoint yet") { Suggestion = "try again in a second" };

    private async Task<BundleHeader> HeaderAsync(
        string org,
        StoredCheckpoint checkpoint,
        bool complete,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Org = org,
            Complete = complete,
            Checkpoint = checkpoint.Note,
            Keys = (await facts.OfAsync(org, cancellationToken)).History,
        };

    private Task<ImmutableArray<byte[]>> FrontierAsync(string org, long size, CancellationToken cancellationToken) =>
        store.Audit.HashesAsync(
            org,
            [
                .. new MerkleSpan(0, size)
                    .Nodes()
                    .Select(node => new MerkleSpan(node.Index << node.Height, (node.Index + 1) << node.Height)),
            ],
            cancellationToken
        );

    private async IAsyncEnumerable<ExportLine> LinesAsync(
        BundleHeader header,
        IAsyncEnumerable<LogEntry> entries,
        long size,
        ImmutableArray<string> disclose,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return new(header.ToLine());
        var (count, heads) = (0L, new Dictionary<string, long>(StringComparer.Ordinal));
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            var follows =
                entry.Seq == 1 || (heads.TryGetValue(entry.Stream.Value, out var before) && before == entry.Seq - 1);
            heads[entry.Stream.Value] = entry.Seq;

            // INVARIANT: nothing in a bundle is beyond its checkpoint, also not what says that a body was erased since.
            if (entry.IsMissing || entry.ErasedBy >= size)
            {
                yield return new(BundleRecord.BreakLine(count, erased: !entry.IsMissing), entry, Breaks: true);
                continue;
            }

            count++;

            var record = new BundleRecord
            {
                Index = entry.Index,
                Hash = entry.Hash.AsMemory(),
                Previous =
                    follows || entry.Body is null ? default(ReadOnlyMemory<byte>?) : entry.PreviousHash.AsMemory(),
                Proof = header.Complete ? [] : await InclusionAsync(header.Org, entry.Index, size, cancellationToken),
                Body = entry.Body,
                Person = await Disclosures.OfAsync(store.Personal, entry, disclose, cancellationToken),
                Erased = entry.ErasedBy is { } by ? new(entry.Stream.Value, entry.Seq, by) : null,
            };
            yield return new(record.ToLine(), entry);
        }

        yield return new(BundleRecord.EndLine(count));
    }

    private async IAsyncEnumerable<LogEntry> EntriesAsync(
        string org,
        long from,
        long end,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (from < end)
        {
            var page = await store.Audit.ReadAsync(org, from, (int)Math.Min(Page, end - from), cancellationToken);
            foreach (var entry in page)
            {
                yield return entry;
            }

            from = page.IsEmpty
                ? throw new InvalidDataException($"The log of '{org}' ends before {end}.")
                : page[^1].Index + 1;
        }
    }

    private async IAsyncEnumerable<LogEntry> EntriesAsync(
        string org,
        SortedSet<long> chosen,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (var page in chosen.Chunk(Page))
        {
            foreach (var entry in await store.Audit.ReadAsync(org, [.. page], cancellationToken))
            {
                // Erased since it was chosen: what says so is not here, and the checkpoint may not cover it.
                if (entry.ErasedBy is not { } eraser || chosen.Contains(eraser))
                {
                    yield return entry;
                }
            }
        }
    }
}
