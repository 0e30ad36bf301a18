using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>
/// Reads <c>environment:</c> lists: <c>NAME</c>, <c>NAME=default</c>, <c>*</c>, and lists of those (one level).
/// </summary>
internal static class EnvironmentReader
{
    private const string Form = "write NAME, NAME=default or *";

    public static ImmutableArray<EnvironmentDeclaration> Read(MapReader map)
    {
        var declarations = ImmutableArray.CreateBuilder<EnvironmentDeclaration>();
        foreach (var item in map.Items("environment"))
        {
            foreach (var entry in item is YamlList nested ? nested.Items.Take(ManifestLimits.Items) : [item])
            {
                Add(map, entry, declarations);
            }
        }

        return EnvironmentDeclarations.Combine(declarations.ToImmutable(), []);
    }

    private static void Add(MapReader map, YamlItem entry, ImmutableArray<EnvironmentDeclaration>.Builder declarations)
    {
        var key = map.PathOf("environment");
        if (entry is not YamlScalar scalar)
        {
            map.Refuse(entry, key, $"an entry that is {entry.Kind}", Form);
            return;
        }

        var cut = scalar.Value.IndexOf('=', StringComparison.Ordinal);
        var name = (cut < 0 ? scalar.Value : scalar.Value[..cut]).Trim();
        if (cut < 0 && name == EnvironmentDeclaration.Everything)
        {
            declarations.Add(new(name, null));
        }
        else if (!ManifestGrammar.IsVariable(name))
        {
            // SECURITY: only what stands before the = is shown; what follows is a default, which people use for
            // secrets.
            map.Refuse(entry, key, $"not a variable name: {map.Show(entry, name)}", Form);
        }
        else if (scalar.Value.Contains('\0', StringComparison.Ordinal))
        {
            map.Refuse(entry, key, $"the default of {map.Show(entry, name)} holds a NUL character", "remove it");
        }
        else
        {
            declarations.Add(new(name, cut < 0 ? null : scalar.Value[(cut + 1)..]));
        }
    }
}
