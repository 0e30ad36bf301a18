using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// The racks and apps on which two policies are compared, alike ones as one place: those that no test of the compared
/// roles tells apart are decided alike. Tests that need more than one name make a place of their own.
/// </summary>
internal sealed class AccessPlaces
{
    private readonly Dictionary<string, string> _racks;
    private readonly Dictionary<string, string> _leaves;

    private AccessPlaces(
        IReadOnlyCollection<CompiledSelector> selectors,
        IEnumerable<string> racks,
        IEnumerable<string> leaves
    )
    {
        var paired = selectors
            .SelectMany(s => s.Written)
            .Where(written => written.Rack is not null)
            .SelectMany(written => new[] { written.Rack!, written.Leaf })
            .ToHashSet(StringComparer.Ordinal);
        var onRacks = selectors.Select(s => s.Use == SelectorUse.Rack ? s.LeafTest : s.RackTest);
        var onLeaves = selectors.Where(s => s.Use != SelectorUse.Rack).Select(s => s.LeafTest);
        _racks = Keys(racks, [.. onRacks.OfType<NameTest>().Distinct()], paired);
        _leaves = Keys(leaves, [.. onLeaves.OfType<NameTest>().Distinct()], paired);
    }

    /// <summary>
    /// The organization, the racks and apps that there are, and those that are not there yet as one for each rack.
    /// </summary>
    /// <param name="selectors">All of the compared roles.</param>
    public static ImmutableArray<AccessPlace> Of(
        IReadOnlyCollection<CompiledSelector> selectors,
        IReadOnlyCollection<Resource> resources
    )
    {
        var racks = resources
            .Select(resource => resource.RackName)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToList();
        var alike = new AccessPlaces(selectors, racks, resources.Select(resource => resource.AppName).OfType<string>());
        return
        [
            .. resources
                .GroupBy(alike.KeyOf, StringComparer.Ordinal)
                .Select(same => AccessPlace.Of(same.First(), [.. same.Select(resource => resource.ToString())])),
            .. racks
                .GroupBy(rack => alike._racks[rack], StringComparer.Ordinal)
                .Select(same => AccessPlace.AnyApp(same.First(), [.. same])),
            AccessPlace.AnyRack,
            AccessPlace.AnyApp(NameProbe.Other, [NameProbe.Other]),
        ];
    }

    private string KeyOf(Resource resource) =>
        resource switch
        {
            { RackName: null } => resource.ToString(),
            { AppName: { } app } => $"{_racks[resource.RackName]}/{_leaves[app]}",
            _ => _racks[resource.RackName],
        };

    // Test by test: of thousands of patterns few are ready to be matched at a time (NamePattern).
    private static Dictionary<string, string> Keys(
        IEnumerable<string> names,
        ImmutableArray<NameTest> tests,
        HashSet<string> paired
    )
    {
        var all = names
            .Distinct(StringComparer.Ordinal)
            .Select(name => (Name: name, Key: new char[tests.Length]))
            .ToList();
        for (var i = 0; i < tests.Length; i++)
        {
            foreach (var (name, key) in all)
            {
                key[i] = tests[i].Holds(name) ? '1' : '0';
            }
        }

        return all.ToDictionary(
            one => one.Name,
            one => paired.Contains(one.Name) ? one.Name : $"*{new string(one.Key)}",
            StringComparer.Ordinal
        );
    }
}
