using System.Collections.Immutable;

namespace Palisade.Domain.Manifest.Yaml;

/// <summary>Maps and lists in a map.</summary>
internal sealed partial class MapReader
{
    /// <summary>The entries of a map whose keys are names of the writer's choosing.</summary>
    public IEnumerable<(string Name, string Path, YamlScalar Key, YamlItem Value)> Entries(string key, int max)
    {
        if (Take(key) is not { } item)
        {
            yield break;
        }

        if (item is not YamlMap entries)
        {
            Refuse(item, PathOf(key), $"{item.Kind}, but a map is wanted", "write names and values below it");
            yield break;
        }

        if (entries.Entries.Count > max)
        {
            Refuse(item, PathOf(key), $"{entries.Entries.Count} entries", $"use at most {max}");
            yield break;
        }

        foreach (var (name, value) in entries.Entries)
        {
            var at = $"{PathOf(key)}.{Show(name)}";
            Reading.Mark(at, Source.Place(name.Start));
            yield return (name.Value, at, name, value);
        }
    }

    public IReadOnlyList<YamlItem> Items(string key)
    {
        if (Take(key) is not { } item)
        {
            return [];
        }

        if (item is not YamlList list)
        {
            Refuse(item, PathOf(key), $"{item.Kind}, but a list is wanted", "write entries that start with a dash");
            return [];
        }

        if (list.Items.Count > ManifestLimits.Items)
        {
            Refuse(item, PathOf(key), $"{list.Items.Count} entries", $"use at most {ManifestLimits.Items}");
            return [];
        }

        return list.Items;
    }

    public ImmutableSortedDictionary<string, string> Texts(string key)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, at, _, value) in Entries(key, ManifestLimits.Items))
        {
            if (value is YamlScalar { IsNull: true })
            {
                texts[name] = "";
            }
            else if (Scalar(value, at) is { } scalar)
            {
                texts[name] = scalar.Value;
            }
        }

        return texts.ToImmutable();
    }
}
