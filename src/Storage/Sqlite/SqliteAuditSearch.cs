using System.Collections.Immutable;
using Palisade.Domain.Audit;
using Palisade.Storage.Audit;
using Palisade.Storage.Keys;
using Palisade.Storage.Personal;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// The index in a database of its own: filling it costs the journal's writer nothing, and when it is lost or not of
/// this log, it is filled again.
/// </summary>
internal sealed class SqliteAuditSearch(
    string path,
    IAuditLog log,
    ISealer sealer,
    IPersonalData people,
    ChangeFeed feed,
    int readerCount
) : IAuditSearch, IDisposable
{
    private const int Batch = 1000;

    private readonly SearchTerms _terms = new(sealer, people);
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Lazy<Connection> _writer = new(() => SearchTable.Open(path));
    private readonly ReadPool _readers = new(path, readerCount);

    public async Task<int> IndexAsync(string org, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var head = await log.OpenAsync(org, cancellationToken);
            var index = SearchTable.Log(_writer.Value, head);
            var entries = await log.ReadAsync(org, index.Size, Batch, cancellationToken);
            if (entries.IsEmpty)
            {
                return 0;
            }

            SearchTable.Add(
                _writer.Value,
                index,
                SearchBatch.Of(index.Latest, index.Late, await _terms.OfAsync(org, entries, cancellationToken))
            );
            feed.Publish([new Change(IAuditSearch.Topic(org), entries[^1].Index + 1)]);
            return entries.Length;
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task RefreshAsync(
        string org,
        ImmutableArray<long> indexes,
        CancellationToken cancellationToken = default
    )
    {
        // What is indexed at the same moment may have been opened before it was erased: one after the other.
        await _one.WaitAsync(cancellationToken);
        try
        {
            var index = SearchTable.Log(_writer.Value, await log.OpenAsync(org, cancellationToken));
            var entries = await log.ReadAsync(org, indexes, cancellationToken);
            SearchTable.Replace(
                _writer.Value,
                index,
                await _terms.OfAsync(org, entries.Where(entry => entry.Index < index.Size), cancellationToken)
            );
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<bool> ScrubAsync(CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => SearchTable.Scrub(_writer.Value), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

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

        var match = Query(await _terms.MatchAsync(org, query, cancellationToken));
        _ = _writer.Value;
        return await _readers.ReadLongAsync<ImmutableArray<long>>(
            db => [.. SearchTable.Find(db, org, match, query.Since, query.Until, before, limit)],
            cancellationToken
        );
    }

    public async Task<ImmutableArray<string>> ActorsAsync(string org, CancellationToken cancellationToken = default)
    {
        _ = _writer.Value;
        return await _readers.ReadLongAsync<ImmutableArray<string>>(
            db => [.. SearchTable.Actors(db, org, IAuditSearch.MaxActors)],
            cancellationToken
        );
    }

    public async Task<ImmutableArray<FacetCount>> CountAsync(
        string org,
        DateOnly first,
        DateOnly last,
        int top,
        CancellationToken cancellationToken = default
    )
    {
        _ = _writer.Value;
        return await _readers.ReadLongAsync<ImmutableArray<FacetCount>>(
            db => [.. SearchTable.Count(db, org, first.DayNumber, last.DayNumber, top)],
            cancellationToken
        );
    }

    public void Dispose()
    {
        _readers.Dispose();
        if (_writer.IsValueCreated)
        {
            _writer.Value.Dispose();
        }

        _one.Dispose();
    }

    /// <summary>
    /// The index's own query language: and-ed groups of or-ed tokens and words; null when nothing is asked for but
    /// times. Letters and digits all of them: nothing of that language is among them.
    /// </summary>
    private static string? Query(SearchMatch match) =>
        match.IsEmpty
            ? null
            : string.Join(
                " AND ",
                match
                    .Facets.Select(group => $"(facets : ({string.Join(" OR ", group)}))")
                    .Concat(match.Words.Select(word => $"(words : \"{word.Word}\"{(word.IsBeginning ? "*" : "")})"))
            );
}
