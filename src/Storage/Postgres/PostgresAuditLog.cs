using System.Collections.Immutable;
using Npgsql;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresAuditLog(Database database, CommitNews news, TimeProvider clock) : IAuditLog
{
    public async Task<ImmutableArray<string>> LogsAsync(CancellationToken cancellationToken = default) =>
        [.. await database.ReadAsync(LogStatements.Orgs(), row => row.Text(0), cancellationToken)];

    public async Task<LogHead> OpenAsync(string org, CancellationToken cancellationToken = default) =>
        (await LogAsync(org, cancellationToken)).Head;

    public async Task<Sealing> SealAsync(
        string org,
        ICheckpointSigner signer,
        CancellationToken cancellationToken = default
    )
    {
        // The log first: what has its place in it by then waits no longer.
        var log = await LogAsync(org, cancellationToken);
        var waiting = await database.ReadAsync(
            LogStatements.Waiting(org, Sealing.MaxEntries),
            row => (Number: row.Int64(0), Hash: row.Blob(1)),
            cancellationToken
        );
        if (waiting.Count == 0)
        {
            return new(0, false);
        }

        var growth = LogGrowth.Of(log, waiting.SelectMany(entry => entry.Hash).ToArray());
        var note = await signer.SignAsync(growth.Checkpoint, cancellationToken);
        try
        {
            await database.RunOnceAsync(
                LogStatements.Seal(growth, [.. waiting.Select(entry => entry.Number)], note, StoreTime.Now(clock))
            );
        }
        catch (PostgresException exception) when (Fault.IsOtherLog(exception))
        {
            return new(0, true);
        }

        news.Publish([new Change(IAuditLog.Topic("sealed", org), growth.Frontier.Size)]);
        return new(waiting.Count, waiting.Count == Sealing.MaxEntries);
    }

    public Task<StoredCheckpoint?> CheckpointAsync(
        string org,
        long? size = null,
        CancellationToken cancellationToken = default
    ) => database.FirstAsync(LogStatements.Checkpoint(org, size), CheckpointRow.Read, cancellationToken);

    public async Task<ImmutableArray<PublishedNote>> NotesAsync(
        string org,
        long after,
        int limit,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return
        [
            .. await database.ReadAsync(
                LogStatements.Notes(org, after, limit),
                row => new PublishedNote(row.Int64(0), row.Text(1)),
                cancellationToken
            ),
        ];
    }

    public async Task<ImmutableArray<LogEntry>> ReadAsync(
        string org,
        long from,
        int limit,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        return
        [
            .. await database.ReadAsync(LogStatements.Entries(org, from, limit), LogEntryRow.Read, cancellationToken),
        ];
    }

    public async Task<ImmutableArray<LogEntry>> ReadAsync(
        string org,
        ImmutableArray<long> indexes,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(indexes.Length, 1000);
        return
        [
            .. await database.ReadAsync(LogStatements.Entries(org, [.. indexes]), LogEntryRow.Read, cancellationToken),
        ];
    }

    public Task<long?> IndexOfAsync(StreamId stream, long seq, CancellationToken cancellationToken = default) =>
        database.FirstAsync<long?>(LogStatements.IndexOf(stream.Value, seq), row => row.Int64(0), cancellationToken);

    public async Task<ImmutableArray<byte[]>> HashesAsync(
        string org,
        ImmutableArray<MerkleSpan> spans,
        CancellationToken cancellationToken = default
    )
    {
        // All in one question, however many parts it takes.
        var nodes = spans.SelectMany(span => span.Nodes()).Distinct().ToList();
        var parts = nodes.ConvertAll(KeptHashes.Below);
        var found = await database.ReadAsync(
            LogStatements.Hashes(org, parts),
            row => (Place: row.Int64(0), Hash: row.Blob(1)),
            cancellationToken
        );
        var kept = found.ToLookup(row => row.Place, row => row.Hash);
        var hashes = nodes
            .Select((node, i) => (Node: node, Hash: parts[i].Join(org, [.. kept[i + 1]])))
            .ToDictionary(item => item.Node, item => item.Hash);
        return [.. spans.Select(span => span.Hash(node => hashes[node]))];
    }

    public async Task<ImmutableArray<LogFault>> VerifyAsync(CancellationToken cancellationToken = default)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var faults = ImmutableArray.CreateBuilder<LogFault>();
        foreach (var org in await LogsAsync(cancellationToken))
        {
            // Sealing goes on meanwhile: leaves and the checkpoint that covers them are seen together or not at all.
            await using var moment = await Moment.BeginAsync(connection, cancellationToken);
            faults.AddRange(await Task.Run(new LogCheck(org, new PostgresLogRows(moment, org)).Run, cancellationToken));
        }

        await using var last = await Moment.BeginAsync(connection, cancellationToken);
        faults.AddRange(last.Read(new(LogCheck.FindHomeless), LogCheck.Homeless));
        return faults.ToImmutable();
    }

    private async Task<LogRow> LogAsync(string org, CancellationToken cancellationToken)
    {
        if (await FindAsync(org, cancellationToken) is { } found)
        {
            return found;
        }

        await database.RunAsync(LogStatements.Create(org), cancellationToken);
        return (await FindAsync(org, cancellationToken))!;
    }

    private Task<LogRow?> FindAsync(string org, CancellationToken cancellationToken) =>
        database.FirstAsync(LogStatements.Find(org), LogRow.Read, cancellationToken);
}
