using System.Collections.Immutable;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>What clients were told.</summary>
internal sealed class Promises
{
    private readonly List<(string Org, string Name, string Item, int Number)> _placed = [];

    /// <summary>The first answer that was not true.</summary>
    public string? Broken { get; private set; }

    public void Placed(string org, string name, string item, int number) => _placed.Add((org, name, item, number));

    public ImmutableArray<(string Item, int Number)> Of(string org, string name) =>
        [.. _placed.Where(p => p.Org == org && p.Name == name).Select(p => (p.Item, p.Number))];

    public void Seen(ImmutableArray<(string Item, int Number)> known, ImmutableSortedDictionary<string, bool> seen)
    {
        if (known.FirstOrDefault(k => !seen.ContainsKey(k.Item)) is { Item: { } item })
        {
            Broken ??= $"{item} was acknowledged and is not seen";
        }
    }
}
