using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>Reads <c>build:</c>: a path, or a map with path, manifest and args.</summary>
internal static class BuildReader
{
    private const string Inside = "write a relative path inside the source, without ..";

    private static readonly ImmutableSortedDictionary<string, string> NoArgs = ImmutableSortedDictionary.Create<
        string,
        string
    >(StringComparer.Ordinal);

    public static BuildSpec Read(MapReader map)
    {
        switch (map.Take("build"))
        {
            case null:
                return new(".", "Dockerfile", NoArgs);
            case YamlScalar path:
                return new(ArchivePath(map, path, map.PathOf("build")) ?? ".", "Dockerfile", NoArgs);
            case YamlMap entries:
                var child = new MapReader(map.Reading, map.Source, map.PathOf("build"), entries);
                var spec = new BuildSpec(
                    Member(child, "path") ?? ".",
                    Member(child, "manifest") ?? "Dockerfile",
                    Args(child)
                );
                child.Finish();
                return spec;
            case var other:
                map.Refuse(
                    other,
                    map.PathOf("build"),
                    "a list, but a path or a map is wanted",
                    "write build: . or path: below it"
                );
                return new(".", "Dockerfile", NoArgs);
        }
    }

    private static string? Member(MapReader child, string key) =>
        child.Take(key) is { } item && child.Scalar(item, child.PathOf(key)) is { } scalar
            ? ArchivePath(child, scalar, child.PathOf(key))
            : null;

    private static string? ArchivePath(MapReader map, YamlScalar item, string key)
    {
        if (ManifestGrammar.TryArchivePath(item.Value, out var path))
        {
            return path;
        }

        map.Refuse(item, key, $"a path outside the source or with odd characters: {map.Show(item)}", Inside);
        return null;
    }

    private static ImmutableSortedDictionary<string, string> Args(MapReader child)
    {
        var args = child.Map["args"] is YamlMap ? child.Texts("args") : List(child);
        foreach (var name in args.Keys.Where(n => !ManifestGrammar.IsVariable(n)))
        {
            child.Refuse(
                child.Map["args"]!,
                child.PathOf("args"),
                "a name that is not an argument's",
                "write NAME=value"
            );
        }

        return args;
    }

    private static ImmutableSortedDictionary<string, string> List(MapReader child)
    {
        var args = NoArgs.ToBuilder();
        foreach (var item in child.Items("args"))
        {
            if (item is YamlScalar scalar && scalar.Value.IndexOf('=', StringComparison.Ordinal) is > 0 and var cut)
            {
                args[scalar.Value[..cut].Trim()] = scalar.Value[(cut + 1)..];
            }
            else
            {
                child.Refuse(item, child.PathOf("args"), "an entry without =", "write NAME=value");
            }
        }

        return args.ToImmutable();
    }
}
