using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>Reads <c>port:</c> and <c>ports:</c>.</summary>
internal static class PortReader
{
    public const int Max = 65_535;

    private const string Kind = "a port number";

    public static PortSpec? Port(MapReader map)
    {
        switch (map.Take("port"))
        {
            case null:
                return null;
            case YamlScalar scalar:
                var cut = scalar.Value.IndexOf(':', StringComparison.Ordinal);
                return Number(map, scalar, scalar.Value[(cut + 1)..], map.PathOf("port")) is { } number
                    ? new(
                        number,
                        cut < 0 ? PortScheme.Http : Scheme(map, scalar, scalar.Value[..cut], map.PathOf("port"))
                    )
                    : null;
            case YamlMap entries:
                var child = new MapReader(map.Reading, map.Source, map.PathOf("port"), entries);
                var port = child.Take("port");
                var scheme =
                    child.Take("scheme") is { } item && child.Scalar(item, child.PathOf("scheme")) is { } text
                        ? Scheme(child, text, text.Value, child.PathOf("scheme"))
                        : PortScheme.Http;
                child.Finish();
                if (port is null)
                {
                    map.Refuse(entries, map.PathOf("port"), "a map without port", "write port: below it");
                    return null;
                }

                return child.Whole(port, child.PathOf("port"), 1, Max, Kind) is { } value ? new(value, scheme) : null;
            case var other:
                map.Refuse(
                    other,
                    map.PathOf("port"),
                    $"not {Kind}: {map.Show(other)}",
                    "write a number, or scheme:number"
                );
                return null;
        }
    }

    public static ImmutableArray<ExtraPort> Ports(MapReader map)
    {
        var ports = ImmutableArray.CreateBuilder<ExtraPort>();
        var key = map.PathOf("ports");
        foreach (var item in map.Items("ports"))
        {
            if (item is not YamlScalar scalar)
            {
                map.Refuse(item, key, $"an entry that is {item.Kind}", "write a number or number/protocol");
                continue;
            }

            var cut = scalar.Value.IndexOf('/', StringComparison.Ordinal);
            var protocol = cut < 0 ? "tcp" : scalar.Value[(cut + 1)..].Trim().ToLowerInvariant();
            if (protocol is not ("tcp" or "udp"))
            {
                map.Refuse(item, key, $"not a protocol: {map.Show(item, protocol)}", "use tcp or udp");
            }
            else if (Number(map, scalar, cut < 0 ? scalar.Value : scalar.Value[..cut], key) is { } number)
            {
                ports.Add(new(number, protocol));
            }
        }

        return [.. ports.Distinct()];
    }

    private static int? Number(MapReader map, YamlScalar item, string text, string key)
    {
        if (YamlValues.TryWhole(text, out var number) && number is >= 1 and <= Max)
        {
            return number;
        }

        map.Refuse(item, key, $"not {Kind}: {map.Show(item, text)}", $"use 1 to {Max}");
        return null;
    }

    private static PortScheme Scheme(MapReader map, YamlScalar item, string text, string key)
    {
        switch (text.Trim().ToLowerInvariant())
        {
            case "http":
                return PortScheme.Http;
            case "https":
                return PortScheme.Https;
            case "grpc":
                return PortScheme.Grpc;
            case "grpcs":
                return PortScheme.Grpcs;
            case "tcp":
                return PortScheme.Tcp;
            default:
                map.Refuse(item, key, $"not a scheme: {map.Show(item, text)}", "use http, https, grpc, grpcs or tcp");
                return PortScheme.Http;
        }
    }
}
