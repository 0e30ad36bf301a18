namespace Palisade.Domain.Manifest.Yaml;

/// <summary>
/// Reads the keys of one map and remembers which it was asked for, so that the rest can be warned about. A YAML null
/// counts as absent.
/// </summary>
internal sealed partial class MapReader(ManifestReading reading, SourceText source, string path, YamlMap map)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string Path { get; } = path;

    public YamlMap Map { get; } = map;

    public ManifestReading Reading { get; } = reading;

    public SourceText Source { get; } = source;

    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    public YamlItem? Take(string key)
    {
        _known.Add(key);
        if (Map.Key(key) is not { } written)
        {
            return null;
        }

        Reading.Mark(PathOf(key), Source.Place(written.Start));
        return Map[key] is YamlScalar { IsNull: true } ? null : Map[key];
    }

    public bool Has(string key) => Map[key] is not null and not YamlScalar { IsNull: true };

    public string? Text(string key) => Take(key) is { } item ? Scalar(item, PathOf(key))?.Value : null;

    public YamlScalar? Scalar(YamlItem item, string key)
    {
        if (item is YamlScalar scalar)
        {
            return scalar;
        }

        Refuse(item, key, $"{item.Kind}, but one value is wanted", "write one value");
        return null;
    }

    public int? Whole(string key, int min, int max) =>
        Take(key) is { } item ? Whole(item, PathOf(key), min, max, "a whole number") : null;

    public int? Whole(YamlItem item, string key, int min, int max, string kind)
    {
        if (
            item is YamlScalar scalar
            && YamlValues.TryWhole(scalar.Value, out var number)
            && number >= min
            && number <= max
        )
        {
            return number;
        }

        Refuse(item, key, $"not {kind}: {Show(item)}", $"use {min} to {max}");
        return null;
    }

    public bool Flag(string key, bool absent)
    {
        if (Take(key) is not { } item)
        {
            return absent;
        }

        if (item is YamlScalar scalar && YamlValues.TryFlag(scalar.Value, out var value))
        {
            return value;
        }

        Refuse(item, PathOf(key), $"not true or false: {Show(item)}", "use true or false");
        return absent;
    }

    public MapReader? Child(string key) => Take(key) is { } item ? Child(item, PathOf(key)) : null;

    public MapReader? Child(YamlItem item, string key)
    {
        if (item is YamlMap child)
        {
            return new(Reading, Source, key, child);
        }

        Refuse(item, key, $"{item.Kind}, but a map is wanted", "write keys and values below it");
        return null;
    }

    /// <summary>
    /// Takes a key that is known from newer versions of the format but not modelled; using it is refused before a
    /// deploy.
    /// </summary>
    public void Newer(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Take(key) is not null)
            {
                Reading.Newer(PathOf(key));
            }
        }
    }

    /// <summary>Takes a key of an older version, which has no effect.</summary>
    public void Older(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Take(key) is not null)
            {
                Reading.Warn(
                    Source.Place(Map.Key(key)!.Start),
                    PathOf(key),
                    "a key of an older version, without effect",
                    "remove it"
                );
            }
        }
    }

    /// <summary>Warns about keys that nobody asked for: the format ignores them.</summary>
    public void Finish()
    {
        foreach (var (key, _) in Map.Entries)
        {
            // Keys that start with x- are a common place for anchors.
            if (_known.Contains(key.Value) || key.Value.StartsWith("x-", StringComparison.Ordinal))
            {
                continue;
            }

            var remedy =
                !Source.IsInterpolated(key.Start, key.End) && YamlValues.TryNearest(key.Value, _known, out var near)
                    ? $"did you mean {near}?"
                    : "remove it or check its place";
            Reading.Warn(Source.Place(key.Start), PathOf(Show(key)), "an unknown key, without effect", remedy);
        }
    }

    public string Show(YamlItem item, string? part = null) => ManifestReading.Show(Source, item, part);

    public void Refuse(YamlItem at, string key, string message, string remedy) =>
        Reading.Problem(Source.Place(at.Start), key, message, remedy);
}
