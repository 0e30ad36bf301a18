using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>
/// Reads values that several parts of a manifest share: commands, labels, annotations, lists of words and address
/// ranges.
/// </summary>
internal static class ValueReader
{
    public static ImmutableArray<string> Command(MapReader map, string key)
    {
        if (map.Take(key) is not { } item)
        {
            return [];
        }

        if (item is not YamlScalar scalar)
        {
            map.Refuse(
                item,
                map.PathOf(key),
                $"{item.Kind}, but a command line is wanted",
                "write the command as one line"
            );
            return [];
        }

        if (ShellWords.Split(scalar.Value).TryGet(out var words, out var problem))
        {
            return words;
        }

        map.Refuse(item, map.PathOf(key), problem.Message, problem.Suggestion!);
        return [];
    }

    public static ImmutableSortedDictionary<string, string> Labels(MapReader map)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, path, key, value) in map.Entries("labels", ManifestLimits.Items))
        {
            if (ManifestGrammar.IsReservedLabel(name))
            {
                map.Refuse(
                    key,
                    path,
                    "a reserved label",
                    "choose another name, outside system, rack, app, name, service, release, type, palisade and convox"
                );
            }
            else if (!ManifestGrammar.IsLabelKey(name))
            {
                map.Refuse(key, path, "not a label name", "use letters, digits, dots, slashes, dashes and underscores");
            }
            else if (value is not YamlScalar scalar || !ManifestGrammar.IsLabelValue(scalar.Value))
            {
                map.Refuse(
                    value,
                    path,
                    $"not a label value: {map.Show(value)}",
                    "use letters, digits and . _ / : @ + - only, at most 256"
                );
            }
            else
            {
                labels[name] = scalar.IsNull ? "" : scalar.Value;
            }
        }

        return labels.ToImmutable();
    }

    /// <summary>A list of <c>key=value</c>, or of maps, or one map.</summary>
    public static ImmutableSortedDictionary<string, string> Pairs(MapReader map, string key)
    {
        if (map.Map[key] is YamlMap)
        {
            return map.Texts(key);
        }

        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var item in map.Items(key))
        {
            if (item is YamlMap entries && entries.Entries is [{ Value: YamlScalar value } single])
            {
                pairs[single.Key.Value] = value.Value;
            }
            else if (
                item is YamlScalar scalar
                && scalar.Value.IndexOf('=', StringComparison.Ordinal) is > 0 and var cut
            )
            {
                pairs[scalar.Value[..cut].Trim()] = scalar.Value[(cut + 1)..];
            }
            else
            {
                map.Refuse(item, map.PathOf(key), "an entry without =", "write key=value");
            }
        }

        return pairs.ToImmutable();
    }

    /// <summary>One comma-separated value or a list of values, trimmed, without blanks.</summary>
    public static IEnumerable<(YamlItem Item, string Value)> Words(MapReader map, string key)
    {
        if (map.Take(key) is not { } item)
        {
            yield break;
        }

        foreach (var entry in item is YamlList ? map.Items(key) : [item])
        {
            if (map.Scalar(entry, map.PathOf(key)) is not { } scalar)
            {
                continue;
            }

            foreach (
                var word in scalar.Value.Split(
                    ',',
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
                )
            )
            {
                yield return (entry, word);
            }
        }
    }

    public static ImmutableArray<string> Ranges(MapReader map, string key)
    {
        var ranges = ImmutableArray.CreateBuilder<string>();
        foreach (var (item, word) in Words(map, key))
        {
            if (AddressRange.TryNormalise(word, out var range))
            {
                ranges.Add(range);
            }
            else
            {
                map.Refuse(item, map.PathOf(key), $"not an address range: {map.Show(item, word)}", AddressRange.Remedy);
            }
        }

        return [.. ranges.Distinct()];
    }

    public static ImageReference? Image(MapReader map)
    {
        if (map.Take("image") is not { } item || map.Scalar(item, map.PathOf("image")) is not { } scalar)
        {
            return null;
        }

        if (ImageReference.TryParse(scalar.Value.Trim(), out var image, out var refusal))
        {
            return image;
        }

        map.Refuse(item, map.PathOf("image"), $"{refusal}: {map.Show(item)}", ImageReference.Remedy);
        return null;
    }

    /// <summary>
    /// Refuses a name that breaks the rule of names; the entry is read on, so that its other problems show too.
    /// </summary>
    public static void Name(MapReader map, YamlScalar key, string path, string kind)
    {
        if (!Names.IsValid(key.Value))
        {
            map.Refuse(key, path, $"not a name for a {kind}: {map.Show(key)}", "use " + Names.Rule);
        }
    }
}
