using System.Collections.Immutable;

namespace Palisade.Storage.Audit;

/// <summary>Records that are added to an index, with everything that is counted of them.</summary>
/// <param name="Latest">The latest time of any record so far: it never falls, so times can be searched for by
/// halves.</param>
/// <param name="Late">How far behind that a record was at most.</param>
/// <param name="Actors">With the index of the last record that is theirs.</param>
internal sealed record SearchBatch(
    ImmutableArray<IndexedRecord> Records,
    ImmutableArray<(string Facet, int Day, string Value, int Count)> Facets,
    ImmutableArray<(string Id, long Index)> Actors,
    long Latest,
    long Late
)
{
    public long Size => Records[^1].Entry.Index + 1;

    /// <param name="latest">As of the records before these.</param>
    /// <param name="late">As of the records before these.</param>
    /// <param name="entries">In the order of the log; at least one.</param>
    public static SearchBatch Of(long latest, long late, IEnumerable<(LogEntry Entry, RecordTerms Terms)> entries)
    {
        var records = ImmutableArray.CreateBuilder<IndexedRecord>();
        foreach (var (entry, terms) in entries)
        {
            var at = StoreTime.ToMicroseconds(entry.At);
            (latest, late) = (Math.Max(latest, at), Math.Max(late, latest - at));
            records.Add(new(entry, terms, at, latest));
        }

        var facets = records
            .SelectMany(record =>
                record.Terms.Facets.Select(facet =>
                    (facet.Facet, Day: DateOnly.FromDateTime(record.Entry.At.UtcDateTime).DayNumber, facet.Value)
                )
            )
            .CountBy(key => key)
            .Select(group => (group.Key.Facet, group.Key.Day, group.Key.Value, group.Value));
        var actors = records
            .GroupBy(record => record.Entry.Facets.Actor)
            .Select(group => (group.Key, group.Max(record => record.Entry.Index)));
        return new(records.ToImmutable(), [.. facets], [.. actors], latest, late);
    }
}

/// <param name="At">In microseconds, as it is stored.</param>
/// <param name="Latest">The latest time of any record up to this one.</param>
internal sealed record IndexedRecord(LogEntry Entry, RecordTerms Terms, long At, long Latest);
