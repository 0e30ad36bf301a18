using System.Collections.Immutable;
using System.Security.Cryptography;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Personal;
using Palisade.Web.Components.Apps;
using Palisade.Web.Console.Audit;

namespace Palisade.Web.Components.Audit;

/// <summary>Reads an organization's log for who may: they were asked for <c>audit.read</c> before.</summary>
internal sealed class AuditReader(
    IAuditSearch search,
    IAuditLog log,
    LogExport export,
    AuditFacts facts,
    ActorNames names,
    IPersonalData people,
    Bylines bylines,
    TimeProvider time
)
{
    /// <summary>Rows of one part.</summary>
    public const int Most = 50;

    /// <summary>Records that are looked up at once.</summary>
    private const int Part = 1000;

    /// <summary>Values of each facet.</summary>
    private const int Top = 8;

    /// <summary>Problem: <c>audit.bad_query</c>.</summary>
    public async Task<Result<AuditFound>> FindAsync(string org, AuditLook look, CancellationToken cancellationToken)
    {
        if (!(await QueryAsync(org, look, cancellationToken)).TryGet(out var query, out var problem))
        {
            return Result.Fail<AuditFound>(problem);
        }

        // The checkpoint first: it covers what is listed after it, but for what was sealed in between.
        var status = await StatusAsync(org, cancellationToken);
        var found = await search.FindAsync(org, query, look.Before, Most + 1, cancellationToken);
        var rows = await RowsAsync(org, [.. found.Take(Most)], cancellationToken);
        var (first, last) = look.Counted(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime));
        var counts = first > last ? [] : await search.CountAsync(org, first, last, Top, cancellationToken);
        return new AuditFound(
            rows,
            found.Length > Most ? found[Most - 1] : null,
            counts,
            await NamesAsync(org, counts, cancellationToken),
            status
        );
    }

    /// <summary>
    /// The newest of what is looked for, <paramref name="most"/> of it, of what the checkpoint covers: all of that is
    /// looked at, however far the index was. Problem: <c>audit.bad_query</c>.
    /// </summary>
    /// <param name="status">Null: the latest.</param>
    public async Task<Result<CoveredRecords>> CoveredAsync(
        string org,
        AuditLook look,
        int most,
        LogStatus? status,
        CancellationToken cancellationToken
    )
    {
        if (!(await QueryAsync(org, look, cancellationToken)).TryGet(out var query, out var problem))
        {
            return Result.Fail<CoveredRecords>(problem);
        }

        status ??= await StatusAsync(org, cancellationToken);
        while (await search.IndexAsync(org, cancellationToken) > 0) { }

        var found = ImmutableArray.CreateBuilder<long>();
        long? before = status?.Size ?? 0;
        while (found.Count <= most && before is { } end)
        {
            var part = await search.FindAsync(org, query, end, Part, cancellationToken);
            found.AddRange(part);
            before = part.Length == Part ? part[^1] : null;
        }

        var rows = ImmutableArray.CreateBuilder<AuditRow>();
        foreach (var part in found.Take(most).Chunk(Part))
        {
            rows.AddRange(await RowsAsync(org, [.. part], cancellationToken));
        }

        return new CoveredRecords(rows.ToImmutable(), AreAll: found.Count <= most, status);
    }

    /// <summary>Null: there is no such record.</summary>
    public async Task<ProvenRecord?> OneAsync(string org, long index, CancellationToken cancellationToken)
    {
        if (await StatusAsync(org, cancellationToken) is not { } status || index < 0 || index >= status.Size)
        {
            return null;
        }

        var entries = await log.ReadAsync(org, [index], cancellationToken);
        if (entries is not [var entry])
        {
            return null;
        }

        var proof = await export.InclusionAsync(org, index, status.Size, cancellationToken);
        return new(
            AuditRow.Of(entry.Facets, await RecordJson.OfAsync(entry, people, cancellationToken)),
            status,
            entry.Body is { } body ? IsHashOf(entry, body) : null,
            MerkleProofs.IsIncluded(
                Merkle.Leaf(entry.Hash.AsSpan()),
                index,
                status.Size,
                proof,
                Convert.FromBase64String(status.Root)
            )
        );
    }

    private async ValueTask<Result<AuditQuery>> QueryAsync(
        string org,
        AuditLook look,
        CancellationToken cancellationToken
    ) =>
        look.ToQuery().TryGet(out var asked, out var problem)
            ? await names.ResolveAsync(org, asked, cancellationToken)
            : Result.Fail<AuditQuery>(problem);

    private async Task<ImmutableArray<AuditRow>> RowsAsync(
        string org,
        ImmutableArray<long> indexes,
        CancellationToken cancellationToken
    )
    {
        var rows = ImmutableArray.CreateBuilder<AuditRow>(indexes.Length);
        foreach (var entry in await log.ReadAsync(org, indexes, cancellationToken))
        {
            rows.Add(AuditRow.Of(entry.Facets, await RecordJson.OfAsync(entry, people, cancellationToken)));
        }

        return rows.ToImmutable();
    }

    private static bool IsHashOf(LogEntry entry, ReadOnlyMemory<byte> body) =>
        entry.Hash.AsSpan().SequenceEqual(SHA256.HashData([.. entry.PreviousHash, .. body.Span]));

    /// <summary>Null: nothing is sealed yet.</summary>
    public async Task<LogStatus?> StatusAsync(string org, CancellationToken cancellationToken)
    {
        if (await log.CheckpointAsync(org, null, cancellationToken) is not { } stored)
        {
            return null;
        }

        var keys = (await facts.OfAsync(org, cancellationToken)).Keys;
        var key = keys.IsEmpty || !NoteKey.TryParse(keys[^1].Key, out var parsed) ? null : parsed;
        return new(
            stored.Size,
            Convert.ToBase64String(stored.Checkpoint.Root.Span),
            stored.At,
            stored.Note.ToString(),
            key?.HexId ?? "",
            key?.ToString() ?? "",
            key is not null && stored.Note.IsSignedBy(key) == true
        );
    }

    private async Task<ImmutableDictionary<string, string>> NamesAsync(
        string org,
        ImmutableArray<FacetCount> counts,
        CancellationToken cancellationToken
    )
    {
        var known = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var id in counts.Where(c => c.Facet == "actor").Select(c => c.Value))
        {
            known[id] = (await bylines.OfRecordAsync(org, id, cancellationToken)).Name;
        }

        return known.ToImmutable();
    }
}
