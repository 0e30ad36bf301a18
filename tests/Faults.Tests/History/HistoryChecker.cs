using System.Collections.Immutable;

namespace Palisade.Faults.Tests.History;

/// <summary>
/// Holds what clients saw against what is stored. The journal gives the order of all writes of a register, so that a
/// history is linearizable exactly when nothing that comes later in that order had ended before something that comes
/// earlier began.
/// </summary>
internal static class HistoryChecker
{
    /// <summary>Each thing that does not hold; none when all does.</summary>
    public static ImmutableArray<string> Faults(IReadOnlyCollection<Act> history, Stored stored) =>
        [
            .. Writes(history, stored),
            .. Orders(history, stored),
            .. Settings(history),
            .. stored.Streams.SelectMany(Stream),
            .. stored.Jobs.SelectMany(Job),
            .. stored.Apps.SelectMany(App),
        ];

    /// <summary>Acknowledged ones are there once, lost ones at most once, refused ones not; nothing else is.</summary>
    private static IEnumerable<string> Writes(IReadOnlyCollection<Act> history, Stored stored)
    {
        var made = history.OfType<Write>().ToLookup(write => (write.Register, write.Mark));
        var there = stored
            .Registers.SelectMany(register => register.Value.Select(mark => (Register: register.Key, Mark: mark)))
            .CountBy(place => place)
            .ToDictionary();
        foreach (var write in made.SelectMany(writes => writes))
        {
            var count = there.GetValueOrDefault((write.Register, write.Mark));
            if (count > 1)
            {
                yield return $"doubled write: {write} is there {count} times";
            }
            else if (count == 0 && write.Outcome == Outcome.Acknowledged)
            {
                yield return $"lost write: {write} is not there";
            }
            else if (count == 1 && write.Outcome == Outcome.Refused)
            {
                yield return $"refused write: {write} is there";
            }
        }

        foreach (var (register, mark) in there.Keys.Where(place => !made.Contains(place)))
        {
            yield return $"unknown write: {mark} of {register} is nobody's";
        }
    }

    private static IEnumerable<string> Orders(IReadOnlyCollection<Act> history, Stored stored)
    {
        var writes = history.OfType<Write>().ToLookup(write => write.Register);
        var reads = history.OfType<Read>().ToLookup(read => read.Register);
        foreach (var register in writes.Select(group => group.Key).Union(reads.Select(group => group.Key)))
        {
            var order = stored.Registers.GetValueOrDefault(register, []);
            foreach (var fault in Order(order, [.. writes[register]], [.. reads[register]]))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> Order(
        ImmutableArray<string> order,
        ImmutableArray<Write> writes,
        ImmutableArray<Read> reads
    )
    {
        // A mark that is there twice is told by Writes.
        var places = new Dictionary<string, int> { [""] = -1 };
        for (var place = 0; place < order.Length; place++)
        {
            places.TryAdd(order[place], place);
        }

        foreach (var write in writes.Where(w => w.Parent is not null && places.ContainsKey(w.Mark)))
        {
            var place = places[write.Mark];
            if ((place == 0 ? "" : order[place - 1]) is var before && before != write.Parent)
            {
                yield return $"lost update: {write} came after {before}";
            }
        }

        foreach (var read in reads.Where(read => !places.ContainsKey(read.Mark)))
        {
            yield return $"phantom: {read} is not there";
        }

        // First what comes earlier: each write, then the reads that saw it.
        var ranked = writes
            .Where(write => places.ContainsKey(write.Mark))
            .Select(write => (Act: (Act)write, Rank: 2 * places[write.Mark]))
            .Concat(
                reads
                    .Where(read => places.ContainsKey(read.Mark))
                    .Select(read => (Act: (Act)read, Rank: (2 * places[read.Mark]) + 1))
            )
            .GroupBy(ranked => ranked.Rank, ranked => ranked.Act)
            .OrderBy(group => group.Key);
        Act? latest = null;
        foreach (var group in ranked)
        {
            foreach (var late in group.Where(act => latest is not null && act.Span.IsBefore(latest.Span)))
            {
                yield return $"stale: {latest} began after {late} had ended, and comes before it";
            }

            latest = group.Append(latest!).Where(act => act is not null).MaxBy(act => act.Span.Began);
        }
    }

    /// <summary>Whatever was asked between two changes is answered by the first of them.</summary>
    private static IEnumerable<string> Settings(IReadOnlyCollection<Act> history)
    {
        var looks = history.OfType<Look>().ToLookup(look => look.Subject);
        foreach (var subject in history.OfType<Setting>().GroupBy(setting => setting.Subject))
        {
            var settings = subject.OrderBy(setting => setting.Span.Began).ToImmutableArray();
            foreach (var look in looks[subject.Key])
            {
                var last = settings.LastOrDefault(setting => setting.Span.IsBefore(look.Span));
                var changing = settings.Any(s => !s.Span.IsBefore(look.Span) && !look.Span.IsBefore(s.Span));
                if (last is not null && !changing && last.Holds != look.Held)
                {
                    yield return $"late: {look} after {last}";
                }
            }
        }
    }

    private static IEnumerable<string> Stream(StoredStream stream)
    {
        if (stream.First != 1 || stream.Last != stream.Entries || stream.Head != stream.Entries)
        {
            yield return $"gap: {stream}";
        }

        if (stream.Sealed != stream.Entries)
        {
            yield return $"not sealed once each: {stream}";
        }
    }

    private static IEnumerable<string> Job(StoredJob job)
    {
        if (!job.Standing && job.Status != "done")
        {
            yield return $"not done: {job}";
        }

        if (job.Standing && job.Status is not ("queued" or "running"))
        {
            yield return $"forgotten: {job}";
        }
    }

    private static IEnumerable<string> App(StoredApp app)
    {
        if (app.Created != 1 || app.Ready > 1 || (app.DeletionsAsked == 0 && app.Ready == 0))
        {
            yield return $"not made ready once: {app}";
        }

        if (app.DeletionsAsked != app.Deleted || app.Deleted > 1)
        {
            yield return $"not deleted once: {app}";
        }
    }
}
