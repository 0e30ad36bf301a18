using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// Compares two policies of one organization by the very decisions that enforcement makes: what it says of a change is
/// what enforcement does after it.
/// </summary>
public static class WhatIf
{
    /// <summary>
    /// Most comparisons of what members hold at a place; beyond it, the racks and apps that were left out are counted
    /// and told.
    /// </summary>
    public const int MaxComparisons = 4_000_000;

    /// <param name="resources">The racks and apps that exist; those that don't are compared as one for each rack and
    /// for the organization.</param>
    /// <param name="uses">Requests of the past; those of other kinds of principals are left out.</param>
    public static WhatIfAnswer Compare(
        CompiledPolicy before,
        CompiledPolicy after,
        IEnumerable<Resource> resources,
        IEnumerable<AccessUse> uses,
        int maxComparisons = MaxComparisons
    )
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(uses);
        var groups = Holders.Changed(before, after);
        var all = resources.Where(resource => resource.IsWellFormed).Prepend(Resource.Org).Distinct().ToList();
        var places = AccessPlaces.Of([.. groups.SelectMany(group => group.Selectors)], all);
        var most = Math.Min(maxComparisons / Math.Max(1, groups.Length), char.MaxValue);
        var compared = places.Take(most).ToImmutableArray();
        var past = uses.Where(use => use.Principal.Kind == before.Kind).ToList();
        return new(Changes(before, after, groups, compared), Requests(before, after, past))
        {
            Compared = new(
                groups.Sum(group => group.Ids.Length),
                all.Count - 1,
                places.Skip(compared.Length).Sum(place => place.Existing),
                past.Count
            ),
        };
    }

    private static ImmutableArray<AccessChange> Changes(
        CompiledPolicy before,
        CompiledPolicy after,
        ImmutableArray<Holders> groups,
        ImmutableArray<AccessPlace> places
    )
    {
        // Who gains or loses the same at the same places is told once: places are written as their numbers.
        var changes = new Dictionary<(Operation Operation, bool Gained, string Places), List<string>>();
        foreach (var group in groups)
        {
            var found = new Dictionary<(Operation Operation, bool Gained), List<char>>();
            for (var i = 0; i < places.Length; i++)
            {
                var (then, now) = (places[i].Allowed(before, group.Before), places[i].Allowed(after, group.After));
                Add(found, now & ~then, gained: true, (char)i);
                Add(found, then & ~now, gained: false, (char)i);
            }

            foreach (var ((operation, gained), at) in found)
            {
                var key = (operation, gained, new string([.. at]));
                (changes.TryGetValue(key, out var ids) ? ids : changes[key] = []).AddRange(group.Ids);
            }
        }

        return
        [
            .. changes
                .OrderBy(change => change.Key.Operation.Index)
                .ThenByDescending(change => change.Key.Gained)
                .Select(change => new AccessChange
                {
                    Kind = before.Kind,
                    Ids = [.. change.Value.Order(StringComparer.Ordinal).Take(AccessChange.MaxWritten)],
                    IdCount = change.Value.Count,
                    Operation = change.Key.Operation.Name,
                    Gained = change.Key.Gained,
                    Resources =
                    [
                        .. change.Key.Places.SelectMany(place => places[place].Names).Take(AccessChange.MaxWritten),
                    ],
                    ResourceCount = change.Key.Places.Sum(place => places[place].Names.Length),
                }),
        ];
    }

    private static void Add(
        Dictionary<(Operation, bool), List<char>> found,
        OperationSet operations,
        bool gained,
        char place
    )
    {
        if (operations.IsEmpty)
        {
            return;
        }

        foreach (var operation in Operations.All.Where(operations.Has))
        {
            (found.TryGetValue((operation, gained), out var places) ? places : found[(operation, gained)] = []).Add(
                place
            );
        }
    }

    private static ImmutableArray<ChangedRequest> Requests(
        CompiledPolicy before,
        CompiledPolicy after,
        IEnumerable<AccessUse> uses
    ) =>
        [
            .. uses.Select(use => new ChangedRequest(use, Decides(before, use), Decides(after, use)))
                .Where(request => request.AllowedBefore != request.AllowedAfter)
                .OrderByDescending(request => request.Use.Count)
                .ThenByDescending(request => request.Use.Last),
        ];

    private static bool Decides(CompiledPolicy policy, AccessUse use) =>
        Resource.TryParse(use.Resource, out var resource)
        && policy.Decide(use.Principal.Id, Operations.Find(use.Operation), resource).Allowed;

    /// <summary>Those who hold the same before and the same after, and something else than before.</summary>
    private sealed record Holders(UserAccess? Before, UserAccess? After, ImmutableArray<string> Ids)
    {
        public IEnumerable<CompiledSelector> Selectors => (Before?.Selectors ?? []).Concat(After?.Selectors ?? []);

        public static ImmutableArray<Holders> Changed(CompiledPolicy before, CompiledPolicy after) =>
            [
                .. before
                    .Users.Concat(after.Users)
                    .Select(user => user.Key)
                    .Distinct(StringComparer.Ordinal)
                    .Select(id => (Id: id, Before: before.Find(id), After: after.Find(id)))
                    .Where(member => !ReferenceEquals(member.Before, member.After))
                    .GroupBy(member => (member.Before, member.After), member => member.Id)
                    .Select(alike => new Holders(alike.Key.Before, alike.Key.After, [.. alike])),
            ];
    }
}
