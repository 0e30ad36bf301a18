using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>
/// Appends that are committed together, each after those before it: where their entries go, and from where to where
/// each stream's head moves.
/// </summary>
internal sealed class AppendPlan(DateTimeOffset at)
{
    private readonly Dictionary<string, HeadMove> _heads = new(StringComparer.Ordinal);
    private readonly List<PlannedAppend> _appends = [];

    public IReadOnlyList<PlannedAppend> Appends => _appends;

    /// <summary>In the one order in which everybody takes them: nobody waits for another in a circle.</summary>
    public IReadOnlyList<HeadMove> Heads => [.. _heads.Values.OrderBy(move => move.Stream, StringComparer.Ordinal)];

    /// <summary>Adds an append; false, and nothing changed, when a stream is not where it has to be.</summary>
    /// <param name="known">Where streams are that nothing here has moved yet.</param>
    public bool TryAdd(AppendWork work, Func<string, Head> known)
    {
        if (
            !Agrees(work.Prepared)
            || !work.Prepared.Expectations().All(expectation => Holds(expectation.Stream.Value, expectation.Expected))
        )
        {
            return false;
        }

        var places = new List<(PreparedWrite Write, Head Head)>(work.Prepared.Writes.Length);
        foreach (var write in work.Prepared.Writes)
        {
            var head = Moved(write.Stream)?.To ?? (write.Write.ExpectedHead == 0 ? Head.None : known(write.Stream));
            if (write.Write.ExpectedHead is { } expected && head.Seq != expected)
            {
                return false;
            }

            // A stream's owner is looked at once, for the last that moves it: another one's goes alone and is refused.
            if (Moved(write.Stream) is { Moved: { } before } && before.Org != write.Org)
            {
                return false;
            }

            places.Add((write, head));
        }

        foreach (var guard in work.Prepared.Append.Guards)
        {
            var held = HeadMove.Held(guard);
            if (!_heads.TryGetValue(held.Stream, out var other) || (other.IsMomentary && !held.IsMomentary))
            {
                _heads[held.Stream] = held;
            }
        }

        _appends.Add(new(work, [.. places.Select(place => Place(place.Write, place.Head))], at));
        return true;
    }

    // SECURITY: a stream is looked at once for all that is expected of it. Where an append expects two heads, as by the
    // policy that its request proved and by the one that was read since, only one would be.
    private static bool Agrees(PreparedAppend append) =>
        append.Append.Guards.All(guard =>
            append
                .Expectations()
                .All(other => other.Stream != guard.Stream || (other.Expected ?? guard.Head) == guard.Head)
        );

    // What is only guarded was not read before: the database proves it.
    private bool Holds(string stream, long? expected) =>
        expected is null || !_heads.TryGetValue(stream, out var move) || move.To.Seq == expected;

    private HeadMove? Moved(string stream) =>
        _heads.GetValueOrDefault(stream) is { Moved: not null } move ? move : null;

    private PlacedWrite Place(PreparedWrite write, Head head)
    {
        var placed = new PlacedWrite(write, head, write.After(head, at));
        _heads[write.Stream] = new(write.Stream, Moved(write.Stream)?.From ?? head, placed.After, write);
        return placed;
    }
}

/// <summary>A stream's head before and after.</summary>
/// <param name="Moved">A write that moves it; null: it is only guarded.</param>
/// <param name="IsMomentary">As of the guard.</param>
internal sealed record HeadMove(string Stream, Head From, Head To, PreparedWrite? Moved, bool IsMomentary = false)
{
    public static HeadMove Held(ReadGuard guard) =>
        new(guard.Stream.Value, new(guard.Head, []), new(guard.Head, []), null, guard.IsMomentary);
}

/// <summary>An append with its entries at their places.</summary>
internal sealed record PlannedAppend(AppendWork Work, IReadOnlyList<PlacedWrite> Writes, DateTimeOffset At)
{
    public Append Append => Work.Prepared.Append;

    /// <summary>The same bytes by themselves, for when it is not known what became of the group.</summary>
    public IReadOnlyList<HeadMove> Heads() =>
        [
            .. Append
                .Guards.Where(guard => Writes.All(placed => placed.Write.Stream != guard.Stream.Value))
                .Select(HeadMove.Held)
                .Concat(
                    Writes.Select(placed => new HeadMove(
                        placed.Write.Stream,
                        placed.Before,
                        placed.After,
                        placed.Write
                    ))
                )
                .OrderBy(move => move.Stream, StringComparer.Ordinal),
        ];
}

internal sealed record PlacedWrite(PreparedWrite Write, Head Before, IReadOnlyList<ChainedEntry> Entries)
{
    public Head After => Entries[^1].Head;
}
