using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Sqlite;

internal sealed class SqliteJournal(
    Writer writer,
    ReadPool readers,
    HeadCache heads,
    EventCatalog events,
    PersonKeys people,
    TimeProvider clock
) : IJournal
{
    public async Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var timing = StoreTelemetry.Begin(append);
        var prepared = await PreparedAppend.CreateAsync(append, events, people, cancellationToken);
        return timing.End(await writer.WriteAsync(session => AppendWork.Run(session, prepared), cancellationToken));
    }

    public IAsyncEnumerable<StoredEntry> ReadAsync(
        StreamId stream,
        long afterSeq,
        CancellationToken cancellationToken = default
    ) =>
        EntryPages.ReadAsync(
            (after, stop) => readers.ReadAsync(db => EntryTable.Page(db, stream.Value, after, events), stop),
            afterSeq,
            cancellationToken
        );

    public ValueTask<ImmutableArray<StreamHead>> HeadsAsync(
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken = default
    )
    {
        var found = ImmutableArray.CreateBuilder<StreamHead>(streams.Length);
        foreach (var stream in streams)
        {
            if (!heads.TryGet(stream.Value, out var head))
            {
                return new(ReadHeadsAsync(streams, cancellationToken));
            }

            found.Add(new(stream, head.Seq, ImmutableCollectionsMarshal.AsImmutableArray(head.Hash)));
        }

        return new(found.MoveToImmutable());
    }

    public Task<StoredSnapshot?> ReadSnapshotAsync(
        StreamId stream,
        int schemaVersion,
        CancellationToken cancellationToken = default
    ) =>
        readers.ReadAsync(
            db =>
            {
                using var row = db.Prepare("SELECT seq, body FROM snapshot WHERE stream = ? AND version = ?")
                    .Add(stream.Value)
                    .Add(schemaVersion);
                return row.Step() ? new StoredSnapshot(row.Int64(0), schemaVersion, row.Blob(1)) : null;
            },
            cancellationToken
        );

    public Task SaveSnapshotAsync(
        StreamId stream,
        StoredSnapshot snapshot,
        CancellationToken cancellationToken = default
    ) =>
        writer.WriteAsync(
            session =>
                session
                    .Prepare(
                        """
                        INSERT INTO snapshot (stream, seq, version, body) VALUES (?, ?, ?, ?)
                        ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, version = excluded.version,
                            body = excluded.body
                        WHERE excluded.version <> snapshot.version OR excluded.seq > snapshot.seq
                        """
                    )
                    .Add(stream.Value)
                    .Add(snapshot.Seq)
                    .Add(snapshot.SchemaVersion)
                    .AddBlob(snapshot.Body.Span)
                    .Run(),
            cancellationToken
        );

    public async Task<ChainFault?> VerifyAsync(StreamId stream, CancellationToken cancellationToken = default)
    {
        // The head is read first: what is appended meanwhile is checked as well, only its end is not.
        var head = await readers.ReadAsync(db => HeadQuery.Read(db, stream.Value), cancellationToken);
        return await EntryPages.VerifyAsync(
            stream,
            head,
            after => readers.ReadLongAsync(db => EntryTable.Page(db, stream.Value, after, null), cancellationToken)
        );
    }

    public Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken = default) =>
        readers.ReadAsync(db => AppendWork.FindAnswer(db, key, StoreTime.Now(clock)), cancellationToken);

    public async Task<ImmutableArray<StoredEntry>> SearchAsync(
        EntryFilter filter,
        CancellationToken cancellationToken = default
    ) => [.. await readers.ReadLongAsync(db => EntryTable.Search(db, filter, events), cancellationToken)];

    private Task<ImmutableArray<StreamHead>> ReadHeadsAsync(
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken
    ) =>
        readers.ReadAsync(
            db =>
            {
                var generation = heads.Generation;
                var found = ImmutableArray.CreateBuilder<StreamHead>(streams.Length);
                foreach (var stream in streams)
                {
                    if (!heads.TryGet(stream.Value, out var head))
                    {
                        head = HeadQuery.Read(db, stream.Value);
                        if (head.Seq > 0)
                        {
                            heads.Learn(stream.Value, head, generation);
                        }
                    }

                    found.Add(new(stream, head.Seq, ImmutableCollectionsMarshal.AsImmutableArray(head.Hash)));
                }

                return found.MoveToImmutable();
            },
            cancellationToken
        );
}
