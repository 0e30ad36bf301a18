using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>Reads balancers.</summary>
internal static class BalancerReader
{
    public static BalancerSpec Read(
        MapReader map,
        (string Name, string Path, YamlScalar Key, YamlItem Value) entry,
        AppManifest top
    )
    {
        ValueReader.Name(map, entry.Key, entry.Path, "balancer");
        var child = RootReader.Entry(map, entry.Path, entry.Value);
        var service = child.Text("service") ?? "";
        if (top.Service(service) is null)
        {
            RefuseService(child, entry.Key);
        }

        var spec = new BalancerSpec
        {
            Name = entry.Name,
            Path = entry.Path,
            Service = service,
            Ports = Ports(child),
            Whitelist = ValueReader.Ranges(child, "whitelist"),
            Annotations = ValueReader.Pairs(child, "annotations"),
        };
        child.Finish();
        if (!child.Has("ports") || child.Map["ports"] is YamlMap { Entries.Count: 0 })
        {
            child.Refuse(
                child.Map.Key("ports") ?? entry.Key,
                child.PathOf("ports"),
                "no ports",
                "write source: target below ports:"
            );
        }

        return spec;
    }

    public static void RefuseService(MapReader child, YamlScalar owner)
    {
        var message = child.Map["service"] is YamlScalar { IsNull: false } item
            ? $"no such service: {child.Show(item)}"
            : "the service is missing";
        child.Refuse(
            child.Map["service"] ?? owner,
            child.PathOf("service"),
            message,
            "name a service of this manifest"
        );
    }

    private static ImmutableArray<BalancerPort> Ports(MapReader map)
    {
        var ports = ImmutableArray.CreateBuilder<BalancerPort>();
        foreach (var (_, path, key, value) in map.Entries("ports", ManifestLimits.Entries))
        {
            var source = map.Whole(key, path, 1, PortReader.Max, "a port number");
            var (target, protocol) = (value, "TCP");
            if (value is YamlMap entries)
            {
                var child = new MapReader(map.Reading, map.Source, path, entries);
                target = child.Take("port") ?? entries;
                protocol = child.Text("protocol")?.ToUpperInvariant() ?? protocol;
                if (protocol is not ("TCP" or "UDP" or "TLS"))
                {
                    child.Refuse(
                        entries["protocol"]!,
                        child.PathOf("protocol"),
                        $"not a protocol: {child.Show(entries["protocol"]!)}",
                        "use TCP, UDP or TLS"
                    );
                }

                child.Finish();
            }

            if (map.Whole(target, path, 1, PortReader.Max, "a port number") is { } number && source is { } from)
            {
                ports.Add(new(from, number, protocol));
            }
        }

        return ports.ToImmutable();
    }
}
