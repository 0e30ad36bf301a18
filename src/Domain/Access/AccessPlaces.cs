using System.Collections.Immutable;

namespace Palisade.Domain.Access;

/// <summary>
/// The racks and apps on which two policies are compared, alike ones as one place: those that no test of the compared
/// roles tells apart are decided alike. Tests that need more than one name make a place of their own.
/// </summary>
internal sealed class AccessPlaces
{
    private readonly ImmutableArray<NameTest> _rackTests;
    private readonly ImmutableArray<NameTest> _leafTests;
    private readonly HashSet<string> _paired = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _racks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _leaves = new(StringComparer.Ordinal);

    private AccessPlaces(IReadOnlyCollection<CompiledSelector> selectors)
    {
        _rackTests =
        [
            .. selectors.Select(s => s.Use == SelectorUse.Rack ? s.LeafTest : s.RackTest).OfType<NameTest>().Distinct(),
        ];
        _leafTests =
        [
            .. selectors.Where(s => s.Use != SelectorUse.Rack).Select(s => s.LeafTest).OfType<NameTest>().Distinct(),
        ];
        foreach (var (rack, leaf) in selectors.SelectMany(s => s.Written).Where(written => written.Rack is not null))
        {
            _paired.Add(rack!);
            _paired.Add(leaf);
        }
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
        var alike = new AccessPlaces(selectors);
        var racks = resources
            .Where(resource => resource.RackName is not null)
            .Select(resource => resource.RackName!)
            .Distinct(StringComparer.Ordinal);
        return
        [
            .. resources
                .GroupBy(alike.KeyOf, StringComparer.Ordinal)
                .Select(same => AccessPlace.Of(same.First(), [.. same.Select(resource => resource.ToString())])),
            .. racks
                .GroupBy(alike.KeyOfRack, StringComparer.Ordinal)
                .Select(same => AccessPlace.AnyApp(same.First(), [.. same])),
            AccessPlace.AnyRack,
            AccessPlace.AnyApp(NameProbe.Other, [NameProbe.Other]),
        ];
    }

    private string KeyOf(Resource resource) =>
        resource switch
        {
            { RackName: null } => resource.ToString(),
            { AppName: { } app } => $"{KeyOfRack(resource.RackName)}/{Key(app, _leaves, _leafTests)}",
            _ => KeyOfRack(resource.RackName),
        };

    private string KeyOfRack(string rack) => Key(rack, _racks, _rackTests);

    private string Key(string name, Dictionary<string, string> known, ImmutableArray<NameTest> tests)
    {
        if (_paired.Contains(name))
        {
            return name;
        }

        if (!known.TryGetValue(name, out var key))
        {
            known[name] = key = $"*{string.Concat(tests.Select(test => test.Holds(name) ? '1' : '0'))}";
        }

        return key;
    }
}
