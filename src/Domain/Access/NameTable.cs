namespace Palisade.Domain.Access;

/// <summary>
/// The names that a policy was asked about. A bounded cache: a name that had to make room is found out about again.
/// Reading takes no lock; an entry is complete when it is seen.
/// </summary>
internal sealed class NameTable(int tests)
{
    /// <summary>Names kept at most (a power of two); past it new ones take the place of old ones.</summary>
    private const int MaxSlots = 8192;

    /// <summary>Slots that a name may be in.</summary>
    private const int Ways = 4;

    /// <summary>Slots for each name while there can be more: then most are in the first that is looked at.</summary>
    private const int Sparse = 8;

    private readonly Lock _gate = new();
    private KnownName?[] _slots = new KnownName?[64];
    private int _count;
    private int _next;

    public KnownName Of(string name)
    {
        var hash = NameHash.Of(name);
        var slots = Volatile.Read(ref _slots);
        return Find(slots, name, hash) ?? Add(name, hash);
    }

    private static KnownName? Find(KnownName?[] slots, string name, int hash)
    {
        var home = HomeOf(slots, hash);
        for (var i = 0; i < Ways; i++)
        {
            if (Volatile.Read(ref slots[home + i]) is not { } known)
            {
                return null;
            }

            if (known.Hash == hash && known.Text == name)
            {
                return known;
            }
        }

        return null;
    }

    private KnownName Add(string name, int hash)
    {
        lock (_gate)
        {
            if (Find(_slots, name, hash) is { } known)
            {
                return known;
            }

            var added = new KnownName(name, tests, hash);
            _count++;
            while ((_count * Sparse > _slots.Length && _slots.Length < MaxSlots) || !TryPut(_slots, added))
            {
                if (_slots.Length == MaxSlots)
                {
                    Volatile.Write(ref _slots[HomeOf(_slots, hash) + (_next++ & (Ways - 1))], added);
                    break;
                }

                Volatile.Write(ref _slots, Larger(_slots));
            }

            return added;
        }
    }

    // A name whose four slots are taken in the larger one too is left out, and found out about again.
    private static KnownName?[] Larger(KnownName?[] slots)
    {
        var larger = new KnownName?[slots.Length * 2];
        foreach (var known in slots)
        {
            _ = known is null || TryPut(larger, known);
        }

        return larger;
    }

    private static bool TryPut(KnownName?[] slots, KnownName known)
    {
        var home = HomeOf(slots, known.Hash);
        for (var i = 0; i < Ways; i++)
        {
            if (slots[home + i] is null)
            {
                Volatile.Write(ref slots[home + i], known);
                return true;
            }
        }

        return false;
    }

    private static int HomeOf(KnownName?[] slots, int hash) => hash & (slots.Length - Ways);
}
