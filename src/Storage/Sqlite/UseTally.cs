using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Storage.Usage;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Counts identical requests while rows are read. A million rows have few names, and few who ask for an operation: each
/// is made once and the rows are counted by its number. Grouping them in SQL would sort them by their names, or need an
/// index that every append pays for.
/// </summary>
internal sealed class UseTally
{
    private readonly NameNumbers _principals = new();
    private readonly NameNumbers _operations = new();
    private readonly NameNumbers _resources = new();
    private readonly Dictionary<Asked, int> _asked = [];
    private readonly List<(Principal Principal, string Operation, bool Allowed)> _askedBy = [];
    private readonly Dictionary<Use, Counts> _uses = [];

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

    /// <summary>The most frequent ones first.</summary>
    public ImmutableArray<AccessUse> Most(int limit)
    {
        // Nearly all of a million came once: only those that came more often than what the limit cuts are sorted.
        var (least, left) = Cut(limit);
        var (often, asOften) = (new List<KeyValuePair<Use, Counts>>(), new List<KeyValuePair<Use, Counts>>());
        foreach (var use in _uses)
        {
            if (use.Value.Count > least)
            {
                often.Add(use);
            }
            else if (use.Value.Count == least && asOften.Count < left)
            {
                asOften.Add(use);
            }
        }

        return [.. often.OrderByDescending(use => use.Value.Count).Concat(asOften).Select(UseOf)];
    }

    /// <summary>How often the last came that the limit takes, and how many that came so often it takes.</summary>
    private (long Least, int Left) Cut(int limit)
    {
        var left = limit;
        foreach (var (count, uses) in _uses.Values.CountBy(use => use.Count).OrderByDescending(each => each.Key))
        {
            if (uses >= left)
            {
                return (count, left);
            }

            left -= uses;
        }

        return (0, 0);
    }

    private AccessUse UseOf(KeyValuePair<Use, Counts> use)
    {
        var (principal, operation, allowed) = _askedBy[use.Key.Asked];
        return new(principal, operation, _resources[use.Key.Resource], allowed)
        {
            Count = use.Value.Count,
            Last = StoreTime.FromMicroseconds(use.Value.Last),
        };
    }

    private ref Counts Find(
        PrincipalKind kind,
        ReadOnlySpan<byte> principal,
        ReadOnlySpan<byte> operation,
        ReadOnlySpan<byte> resource,
        bool allowed
    )
    {
        var asked = new Asked(kind, _principals.Of(principal), _operations.Of(operation), allowed);
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_asked, asked, out var exists);
        if (!exists)
        {
            number = _askedBy.Count;
            _askedBy.Add((new(kind, _principals[asked.Principal], ""), _operations[asked.Operation], allowed));
        }

        return ref CollectionsMarshal.GetValueRefOrAddDefault(_uses, new(number, _resources.Of(resource)), out _);
    }

    private readonly record struct Asked(PrincipalKind Kind, int Principal, int Operation, bool Allowed);

    private readonly record struct Use(int Asked, int Resource)
    {
        public override int GetHashCode() => HashCode.Combine(Asked, Resource);
    }

    /// <param name="Last">In the store's time.</param>
    private readonly record struct Counts(long Records, long Reads, long Last)
    {
        /// <summary>A read that is recorded was counted as well, and is one.</summary>
        public long Count => Math.Max(Records, Reads);
    }
}
