using System.Collections.Immutable;
using Npgsql;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;

namespace Palisade.Storage.Postgres;

/// <summary>
/// The index in tables of the same database. INVARIANT: whoever writes to it has read everything since the last write:
/// what was erased in between is not written again.
/// </summary>
internal sealed class PostgresAuditSearch(
    Database database,
    Vacuum vacuum,
    IAuditLog log,
    SearchTerms terms,
    CommitNews news
) : IAuditSearch
{
    private const int Batch = 1000;

    public async Task<int> IndexAsync(string org, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var index = await IndexOfAsync(org, cancellationToken);
            var entries = await log.ReadAsync(org, index.Size, Batch, cancellationToken);
            if (entries.IsEmpty)
            {
                return 0;
            }

            var read = await terms.OfAsync(org, entries, cancellationToken);
            if (await TryWriteAsync(SearchStatements.Add(index, SearchBatch.Of(index.Latest, index.Late, read))))
            {
                news.Publish([new Change(IAuditSearch.Topic(org), entries[^1].Index + 1)]);
                return entries.Length;
            }
        }
    }

    public async Task RefreshAsync(
        string org,
        ImmutableArray<long> indexes,
        CancellationToken cancellationToken = default
    )
    {
        // Writes also where nothing is to be replaced: what is indexed at the same moment may have been opened before
        // it was erased, and comes to nothing by this.
        while (await FindAsync(org, cancellationToken) is { } index)
        {
            var entries = await log.ReadAsync(org, indexes, cancellationToken);
            var read = await terms.OfAsync(org, entries.Where(entry => entry.Index < index.Size), cancellationToken);
            if (await TryWriteAsync(SearchStatements.Replace(index, read)))
            {
                return;
            }
        }
    }

    public Task<bool> ScrubAsync(CancellationToken cancellationToken = default) =>
        vacuum.RunAsync("search_record", cancellationToken);

    public async Task<ImmutableArray<long>> FindAsync(
        string org,
        AuditQuery query,
        long? before,
        int limit,
        CancellationToken cancellationToken = default
    )
    {
        if (limit is < 1 or > 1000)
        {
            throw new ArgumentException("The limit is 1 to 1,000.", nameof(limit));
        }

        var match = await terms.MatchAsync(org, query, cancellationToken);
        var found = await database.ReadAsync(
            SearchStatements.Range(org, query.Since, query.Until),
            row => (Log: IndexedLog.Read(row), Since: row.Int64OrNull(5), Until: row.Int64OrNull(6)),
            cancellationToken
        );
        if (found is not [var (index, since, until)])
        {
            return [];
        }

        // Times that are not reached yet are beyond the end.
        var low = query.Since is null ? 0 : since ?? index.Size;
        var high = Math.Min(until ?? index.Size, before ?? index.Size);
        return
        [
            .. await database.ReadAsync(
                SearchStatements.Records(index, match, (low, high), (query.Since, query.Until), limit),
                row => row.Int64(0),
                cancellationToken
            ),
        ];
    }

    public async Task<ImmutableArray<string>> ActorsAsync(string org, CancellationToken cancellationToken = default) =>
        [
            .. await database.ReadAsync(
                SearchStatements.Actors(org, IAuditSearch.MaxActors),
                row => row.Text(0),
                cancellationToken
            ),
        ];

    public async Task<ImmutableArray<FacetCount>> CountAsync(
        string org,
        DateOnly first,
        DateOnly last,
        int top,
        CancellationToken cancellationToken = default
    ) =>
        [
            .. await database.ReadAsync(
                SearchStatements.Count(org, first.DayNumber, last.DayNumber, top),
                row => new FacetCount(row.Text(0), row.Text(1), row.Int64(2)),
                cancellationToken
            ),
        ];

    private async Task<IndexedLog> IndexOfAsync(string org, CancellationToken cancellationToken)
    {
        if (await FindAsync(org, cancellationToken) is { } found)
        {
            return found;
        }

        await database.RunAsync(SearchStatements.Create(org), cancellationToken);
        return (await FindAsync(org, cancellationToken))!;
    }

    private Task<IndexedLog?> FindAsync(string org, CancellationToken cancellationToken) =>
        database.FirstAsync(SearchStatements.Find(org), IndexedLog.Read, cancellationToken);

    /// <summary>False when somebody else wrote first.</summary>
    private async Task<bool> TryWriteAsync(IReadOnlyList<Statement> statements)
    {
        try
        {
            await database.RunOnceAsync(statements);
            return true;
        }
        catch (PostgresException exception) when (Fault.IsOtherLog(exception))
        {
            return false;
        }
    }
}
