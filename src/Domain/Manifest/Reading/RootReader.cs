using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>Reads the top level. Places, warnings and newer keys are put in at the end of the parse.</summary>
internal static class RootReader
{
    public static AppManifest Read(MapReader map)
    {
        var top = new AppManifest
        {
            Services = [],
            Resources = [.. map.Entries("resources", ManifestLimits.Entries).Select(e => Resource(map, e))],
            Timers = [],
            Balancers = [],
            Environment = EnvironmentReader.Read(map),
            Labels = ValueReader.Labels(map),
            Params = map.Texts("params"),
            NewerKeys = [],
            Places = ImmutableDictionary<string, ManifestPlace>.Empty,
            Warnings = [],
        };
        top = top with
        {
            Services = [.. map.Entries("services", ManifestLimits.Entries).Select(e => Service(map, e, top))],
        };
        top = top with
        {
            Timers = [.. map.Entries("timers", ManifestLimits.Entries).Select(e => ScheduleReader.Timer(map, e, top))],
            Balancers =
            [
                .. map.Entries("balancers", ManifestLimits.Entries).Select(e => BalancerReader.Read(map, e, top)),
            ],
        };
        map.Newer("appSettings", "configs", "budget");
        map.Finish();
        if (top.Services.IsEmpty && !map.Reading.HasProblems)
        {
            map.Reading.Warn(new(1, 1), "services", "no services", "add a service, or nothing will run");
        }

        return top;
    }

    /// <summary>A reader for an entry, where a YAML null counts as an empty map.</summary>
    public static MapReader Entry(MapReader map, string path, YamlItem value)
    {
        if (value is YamlScalar { IsNull: true })
        {
            return new(map.Reading, map.Source, path, new YamlMap(value.Start));
        }

        return map.Child(value, path) ?? new(map.Reading, map.Source, path, new YamlMap(value.Start));
    }

    private static ServiceSpec Service(
        MapReader map,
        (string Name, string Path, YamlScalar Key, YamlItem Value) entry,
        AppManifest top
    )
    {
        ValueReader.Name(map, entry.Key, entry.Path, "service");
        return ServiceReader.Read(Entry(map, entry.Path, entry.Value), entry.Name, top);
    }

    private static ResourceSpec Resource(
        MapReader map,
        (string Name, string Path, YamlScalar Key, YamlItem Value) entry
    )
    {
        ValueReader.Name(map, entry.Key, entry.Path, "resource");
        var child = Entry(map, entry.Path, entry.Value);
        var type = child.Text("type")?.Trim() ?? "";
        if (type.Length == 0)
        {
            child.Refuse(
                child.Map["type"] ?? entry.Key,
                child.PathOf("type"),
                "the type is missing",
                "write a type such as postgres or redis"
            );
        }
        else if (!ManifestGrammar.IsWord(type))
        {
            child.Refuse(
                child.Map["type"]!,
                child.PathOf("type"),
                $"not a resource type: {child.Show(child.Map["type"]!)}",
                "write a type such as postgres or redis"
            );
        }
        else if (
            (
                type.StartsWith("rds-", StringComparison.Ordinal)
                || type.StartsWith("elasticache-", StringComparison.Ordinal)
            ) && (entry.Name.Length > 20 || entry.Name.EndsWith('-'))
        )
        {
            map.Refuse(
                entry.Key,
                entry.Path,
                "the name does not suit its type",
                "use at most 20 characters, without a dash at the end"
            );
        }

        var spec = new ResourceSpec
        {
            Name = entry.Name,
            Path = entry.Path,
            Type = type,
            Image = ValueReader.Image(child),
            Options = child.Texts("options"),
        };
        child.Finish();
        return spec;
    }
}
