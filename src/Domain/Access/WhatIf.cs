using System.Collections.Immutable;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Access;

/// <summary>
/// Compares two policies of one organization by the very decisions that enforcement makes: what it says of a change is
/// what enforcement does after it.
/// </summary>
public static class WhatIf
{
    /// <param name="resources">The racks and apps that exist; those that don't are compared as one for each rack and
    /// for the organization.</param>
    /// <param name="uses">Requests of the past.</param>
    public static WhatIfAnswer Compare(
        CompiledPolicy before,
        CompiledPolicy after,
        IEnumerable<Resource> resources,
        IEnumerable<AccessUse> uses
    )
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(uses);
        return new(Changes(before, after, [.. Places(resources)]), Requests(before, after, uses));
    }

    private static ImmutableArray<AccessChange> Changes(
        CompiledPolicy before,
        CompiledPolicy after,
        ImmutableArray<AccessPlace> places
    )
    {
        var members = before
            .Users.Concat(after.Users)
            .Select(user => user.Key)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(id => (Id: id, Before: before.Find(id), After: after.Find(id)))
            .Where(member => !ReferenceEquals(member.Before, member.After))
            .GroupBy(member => (member.Before, member.After), member => member.Id);
        return
        [
            .. members.SelectMany(alike =>
                Changes(before, after, alike.Key.Before, alike.Key.After, [.. alike], places)
            ),
        ];
    }

    private static IEnumerable<AccessChange> Changes(
        CompiledPolicy before,
        CompiledPolicy after,
        UserAccess? held,
        UserAccess? holds,
        ImmutableArray<string> userIds,
        ImmutableArray<AccessPlace> places
    )
    {
        var (gained, lost) = (new Dictionary<Operation, List<string>>(), new Dictionary<Operation, List<string>>());
        foreach (var place in places)
        {
            var (then, now) = (place.Allowed(before, held), place.Allowed(after, holds));
            Add(gained, now & ~then, place.Name);
            Add(lost, then & ~now, place.Name);
        }

        return Written(gained, true).Concat(Written(lost, false));

        IEnumerable<AccessChange> Written(Dictionary<Operation, List<string>> changes, bool gains) =>
            changes
                .OrderBy(pair => pair.Key.Index)
                .Select(pair => new AccessChange
                {
                    UserIds = [.. userIds.Take(AccessChange.MaxWritten)],
                    Users = userIds.Length,
                    Operation = pair.Key.Name,
                    Gained = gains,
                    Resources = [.. pair.Value.Take(AccessChange.MaxWritten)],
                    ResourceCount = pair.Value.Count,
                });
    }

    private static void Add(Dictionary<Operation, List<string>> changes, OperationSet operations, string place)
    {
        if (operations.IsEmpty)
        {
            return;
        }

        foreach (var operation in Operations.All.Where(operations.Has))
        {
            (changes.TryGetValue(operation, out var places) ? places : changes[operation] = []).Add(place);
        }
    }

    private static ImmutableArray<ChangedRequest> Requests(
        CompiledPolicy before,
        CompiledPolicy after,
        IEnumerable<AccessUse> uses
    ) =>
        [
            .. uses.Where(use => use.Principal.Kind == PrincipalKind.User)
                .Select(use => new ChangedRequest(use, Decides(before, use), Decides(after, use)))
                .Where(request => request.AllowedBefore != request.AllowedAfter)
                .OrderByDescending(request => request.Use.Count)
                .ThenByDescending(request => request.Use.Last),
        ];

    private static bool Decides(CompiledPolicy policy, AccessUse use) =>
        Resource.TryParse(use.Resource, out var resource)
        && policy.Decide(use.Principal.Id, Operations.Find(use.Operation), resource).Allowed;

    private static IEnumerable<AccessPlace> Places(IEnumerable<Resource> resources)
    {
        var all = resources.Where(resource => resource.IsWellFormed).Prepend(Resource.Org).Distinct().ToList();
        var racks = all.Where(resource => resource.RackName is not null)
            .Select(resource => resource.RackName)
            .Distinct();
        return all.Select(AccessPlace.Of)
            .Concat(racks.Select(rack => AccessPlace.AnyApp(rack!)))
            .Concat([AccessPlace.AnyRack, AccessPlace.AnyApp(NameProbe.Other)]);
    }
}
