using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>Reads <c>health:</c> and <c>liveness:</c>. Zero counts as unset (convox-wire.md 6.3).</summary>
internal static class HealthReader
{
    private const int MaxSeconds = 3_600;

    public static HealthSpec Health(MapReader map)
    {
        var (path, interval, timeout, grace, disable) = ("/", 0, 0, 0, false);
        switch (map.Take("health"))
        {
            case null:
                break;
            case YamlScalar scalar:
                path = RequestPath(map, scalar, map.PathOf("health")) ?? path;
                break;
            case YamlMap entries:
                var child = new MapReader(map.Reading, map.Source, map.PathOf("health"), entries);
                path = Path(child) ?? path;
                interval = child.Whole("interval", 0, MaxSeconds) ?? 0;
                timeout = child.Whole("timeout", 0, MaxSeconds) ?? 0;
                grace = child.Whole("grace", 0, MaxSeconds) ?? 0;
                disable = child.Flag("disable", false);
                child.Newer("port");
                child.Finish();
                break;
            case var other:
                map.Refuse(
                    other,
                    map.PathOf("health"),
                    "a list, but a path or a map is wanted",
                    "write health: /path or path: below it"
                );
                break;
        }

        interval = interval == 0 ? 5 : interval;
        return new()
        {
            Path = path,
            Interval = interval,
            Timeout = timeout == 0 ? Math.Max(1, interval - 1) : timeout,
            Grace = grace == 0 ? interval : grace,
            Disable = disable,
        };
    }

    public static LivenessSpec? Liveness(MapReader map)
    {
        if (map.Child("liveness") is not { } child)
        {
            return null;
        }

        var path = Path(child);
        var spec = new LivenessSpec
        {
            Path = path ?? "",
            Grace = Or(child.Whole("grace", 0, MaxSeconds), 10),
            Interval = Or(child.Whole("interval", 0, MaxSeconds), 5),
            Timeout = Or(child.Whole("timeout", 0, MaxSeconds), 5),
            SuccessThreshold = Or(child.Whole("successThreshold", 0, 100), 1),
            FailureThreshold = Or(child.Whole("failureThreshold", 0, 100), 3),
        };
        child.Newer("port");
        child.Finish();
        return path is null ? null : spec;
    }

    private static int Or(int? value, int absent) => value is null or 0 ? absent : value.Value;

    private static string? Path(MapReader child) =>
        child.Take("path") is { } item
        && child.Scalar(item, child.PathOf("path")) is { } scalar
        && scalar.Value.Trim().Length > 0
            ? RequestPath(child, scalar, child.PathOf("path"))
            : null;

    private static string? RequestPath(MapReader map, YamlScalar scalar, string key)
    {
        if (ManifestGrammar.IsRequestPath(scalar.Value))
        {
            return scalar.Value;
        }

        map.Refuse(
            scalar,
            key,
            $"not a request path: {map.Show(scalar)}",
            "start with / and use only letters, digits and URL characters, at most 512"
        );
        return null;
    }
}
