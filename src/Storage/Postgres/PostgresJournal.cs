using System.Collections.Immutable;
using Palisade.Storage.Journal;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Postgres;

internal sealed class PostgresJournal(
    Database database,
    AppendQueue appends,
    AppendRefusals refusals,
    StreamHeads heads,
    EventCatalog events,
    PersonKeys people
) : IJournal
{
    public async Task<AppendResult> AppendAsync(Append append, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var prepared = await PreparedAppend.CreateAsync(append, events, people, cancellationToken);
        return await appends.AppendAsync(prepared, cancellationToken);
    }

    public Task<string?> FindAnswerAsync(string key, CancellationToken cancellationToken = default) =>
        refusals.FindAnswerAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredEntry> ReadAsync(
        StreamId stream,
        long afterSeq,
        CancellationToken cancellationToken = default
    ) => EntryPages.ReadAsync((after, stop) => PageAsync(stream, after, events, stop), afterSeq, cancellationToken);

    public async ValueTask<ImmutableArray<StreamHead>> HeadsAsync(
        ImmutableArray<StreamId> streams,
        CancellationToken cancellationToken = default
    )
    {
        var read = await heads.ReadAsync(streams.Select(stream => stream.Value), cancellationToken);
        return [.. streams.Select(stream => read.GetValueOrDefault(stream.Value, Head.None).Of(stream))];
    }

    public Task<StoredSnapshot?> ReadSnapshotAsync(
        StreamId stream,
        int schemaVersion,
        CancellationToken cancellationToken = default
    ) =>
        database.FirstAsync(
            Statement
                .Of("SELECT seq, body FROM snapshot WHERE stream = $1 AND version = $2")
                .Add(stream.Value)
                .Add(schemaVersion),
            row => new StoredSnapshot(row.Int64(0), schemaVersion, row.Blob(1)),
            cancellationToken
        );

    public Task SaveSnapshotAsync(
        StreamId stream,
        StoredSnapshot snapshot,
        CancellationToken cancellationToken = default
    ) =>
        database.RunAsync(
            Statement
                .Of(
                    """
                    INSERT INTO snapshot (stream, seq, version, body) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, version = excluded.version, body = excluded.body
                    WHERE excluded.version <> snapshot.version OR excluded.seq > snapshot.seq
                    """
                )
                .Add(stream.Value)
                .Add(snapshot.Seq)
                .Add(snapshot.SchemaVersion)
                .AddBlob(snapshot.Body),
            cancellationToken
        );

    public async Task<ChainFault?> VerifyAsync(StreamId stream, CancellationToken cancellationToken = default)
    {
        // The head is read first: what is appended meanwhile is checked as well, only its end is not.
        var read = await heads.ReadAsync([stream.Value], cancellationToken);
        return await EntryPages.VerifyAsync(
            stream,
            read.GetValueOrDefault(stream.Value, Head.None),
            after => PageAsync(stream, after, null, cancellationToken)
        );
    }

    public async Task<ImmutableArray<StoredEntry>> SearchAsync(
        EntryFilter filter,
        CancellationToken cancellationToken = default
    )
    {
        var search = EntrySearch.Of(filter, parameter => $"${parameter}");
        var statement = Statement.Of($"SELECT {EntryRow.WithBodies} {search.Where}");
        search.Bind(text => statement.Add(text), number => statement.Add(number));
        return [.. await database.ReadAsync(statement, row => EntryRow.Read(row, events), cancellationToken)];
    }

    private Task<List<StoredEntry>> PageAsync(
        StreamId stream,
        long afterSeq,
        EventCatalog? known,
        CancellationToken cancellationToken
    ) =>
        database.ReadAsync(
            Statement
                .Of($"SELECT {EntryRow.Everything} WHERE j.stream = $1 AND j.seq > $2 ORDER BY j.seq LIMIT $3")
                .Add(stream.Value)
                .Add(afterSeq)
                .Add(EntryPages.Size),
            row => EntryRow.Read(row, known),
            cancellationToken
        );
}
