using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Usage;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Counts identical requests while rows are read. A million rows have few names: each is made once and the rows are
/// counted by its number. Grouping them in SQL would sort them by their names, or need an index that every append pays
/// for; one that holds all that is read here saves a twentieth of the time, for reading rows is the smaller part.
/// </summary>
internal sealed class UseTally
{
    private const int ShortName = 256;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly Dictionary<Use, (long Records, long Reads, long Last)> _uses = [];

    private readonly record struct Use(PrincipalKind Kind, int Principal, int Operation, int Resource, bool Allowed);

    /// <param name="last">In the store's time.</param>
    public void AddRecord(
        PrincipalKind kind,
        ReadOnlySpan<byte> principal,
        ReadOnlySpan<byte> operation,
        ReadOnlySpan<byte> resource,
        bool allowed,
        long last
    )
    {
        ref var known = ref Find(kind, principal, operation, resource, allowed);
        known = known with { Records = known.Records + 1, Last = Math.Max(known.Last, last) };
    }

    /// <param name="last">In the store's time.</param>
    public void AddReads(
        PrincipalKind kind,
        ReadOnlySpan<byte> principal,
        ReadOnlySpan<byte> operation,
        ReadOnlySpan<byte> resource,
        long count,
        long last
    )
    {
        ref var known = ref Find(kind, principal, operation, resource, allowed: true);
        known = known with { Reads = known.Reads + count, Last = Math.Max(known.Last, last) };
    }

    /// <summary>The most frequent ones first. A read that is recorded was counted as well, and is one.</summary>
    public ImmutableArray<AccessUse> Most(int limit)
    {
        // Nearly all of a million came once: only those that came more often than what the limit cuts are sorted.
        var least = 0L;
        if (_uses.Count > limit)
        {
            var counts = _uses.Values.Select(CountOf).ToArray();
            Array.Sort(counts);
            least = counts[^limit];
        }

        return
        [
            .. _uses
                .Where(use => CountOf(use.Value) > least)
                .OrderByDescending(use => CountOf(use.Value))
                .Concat(_uses.Where(use => CountOf(use.Value) == least))
                .Take(limit)
                .Select(use => new AccessUse(
                    new(use.Key.Kind, _names[use.Key.Principal], ""),
                    _names[use.Key.Operation],
                    _names[use.Key.Resource],
                    use.Key.Allowed
                )
                {
                    Count = CountOf(use.Value),
                    Last = StoreTime.FromMicroseconds(use.Value.Last),
                }),
        ];
    }

    private static long CountOf((long Records, long Reads, long Last) use) => Math.Max(use.Records, use.Reads);

    private ref (long Records, long Reads, long Last) Find(
        PrincipalKind kind,
        ReadOnlySpan<byte> principal,
        ReadOnlySpan<byte> operation,
        ReadOnlySpan<byte> resource,
        bool allowed
    ) =>
        ref CollectionsMarshal.GetValueRefOrAddDefault(
            _uses,
            new(kind, Number(principal), Number(operation), Number(resource), allowed),
            out _
        );

    private int Number(ReadOnlySpan<byte> utf8)
    {
        Span<char> buffer = stackalloc char[ShortName];
        var name =
            utf8.Length <= ShortName
                ? buffer[..Encoding.UTF8.GetChars(utf8, buffer)]
                : Encoding.UTF8.GetString(utf8).AsSpan();
        var numbers = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, name, out var exists);
        if (!exists)
        {
            number = _names.Count;
            _names.Add(name.ToString());
        }

        return number;
    }
}
