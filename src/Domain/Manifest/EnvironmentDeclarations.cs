using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>The rules of declared variables over a release's values (convox-wire.md 6.4).</summary>
public static class EnvironmentDeclarations
{
    /// <summary>
    /// Names that are required and have no value, sorted, each once. A later declaration with a default makes a name
    /// optional.
    /// </summary>
    public static ImmutableArray<string> MissingFrom(
        this IEnumerable<EnvironmentDeclaration> declarations,
        IReadOnlyDictionary<string, string> environment
    )
    {
        ArgumentNullException.ThrowIfNull(declarations);
        return
        [
            .. declarations
                .Where(d => d.Required && !environment.ContainsKey(d.Name))
                .Select(d => d.Name)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>One declaration for each name: the last one, at the place of the first.</summary>
    public static ImmutableArray<EnvironmentDeclaration> Combine(
        ImmutableArray<EnvironmentDeclaration> first,
        ImmutableArray<EnvironmentDeclaration> second
    )
    {
        var last = new Dictionary<string, EnvironmentDeclaration>(StringComparer.Ordinal);
        var all = first.AddRange(second);
        foreach (var declaration in all)
        {
            last[declaration.Name] = declaration;
        }

        return [.. all.Select(d => d.Name).Distinct(StringComparer.Ordinal).Select(n => last[n])];
    }
}
