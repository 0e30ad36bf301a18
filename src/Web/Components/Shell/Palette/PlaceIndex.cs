using System.Collections.Immutable;

namespace Palisade.Web.Components.Shell.Palette;

/// <summary>Finds places by parts of their names. Pure.</summary>
public sealed record PlaceIndex(ImmutableArray<Place> Places)
{
    /// <summary>More are not looked at; another letter narrows them.</summary>
    public const int Most = 12;

    public static PlaceIndex Empty { get; } = new([]);

    /// <summary>
    /// The best first: every word of the query is in the name, best at the beginning of one of its parts; the shorter
    /// name comes first.
    /// </summary>
    public ImmutableArray<Place> Find(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return
        [
            .. Places
                .Where(place => words.All(word => place.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))
                .OrderByDescending(place => words.Count(word => BeginsPart(place.Name, word)))
                .ThenBy(place => words.Length == 0 ? 0 : place.Name.Length)
                .Take(Most),
        ];
    }

    private static bool BeginsPart(string name, string word)
    {
        for (
            var at = name.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            at >= 0;
            at = name.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase)
        )
        {
            if (at == 0 || name[at - 1] is '/' or ' ' or '-')
            {
                return true;
            }
        }

        return false;
    }
}
