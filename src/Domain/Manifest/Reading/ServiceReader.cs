using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest.Reading;

/// <summary>Reads one service with its defaults (convox-wire.md 6.3).</summary>
internal static partial class ServiceReader
{
    private const int MaxSeconds = 86_400;

    public static ServiceSpec Read(MapReader map, string name, AppManifest top)
    {
        var agent = Agent(map);
        var singleton = map.Flag("singleton", false);
        var image = ValueReader.Image(map);
        var build = BuildReader.Read(map);
        var spec = new ServiceSpec
        {
            Name = name,
            Path = map.Path,
            Build = map.Has("image") ? null : build,
            Image = image,
            Command = ValueReader.Command(map, "command"),
            Test = ValueReader.Command(map, "test"),
            Port = PortReader.Port(map),
            Ports = PortReader.Ports(map),
            Environment = EnvironmentDeclarations.Combine(top.Environment, EnvironmentReader.Read(map)),
            Health = HealthReader.Health(map),
            Liveness = HealthReader.Liveness(map),
            Scale = ScaleReader.Read(map),
            Deployment = Deployment(map, agent || singleton),
            Internal = map.Flag("internal", false),
            InternalRouter = map.Flag("internalRouter", false),
            Domains = Domains(map),
            DrainSeconds = map.Whole("drain", 0, MaxSeconds) ?? 30,
            Init = map.Flag("init", true),
            TerminationGraceSeconds = Termination(map),
            Labels = top.Labels.SetItems(ValueReader.Labels(map)),
            Volumes = VolumeReader.Volumes(map),
            VolumeOptions = VolumeReader.Options(map),
            Singleton = singleton,
            Sticky = map.Flag("sticky", false),
            TimeoutSeconds = map.Whole("timeout", 1, MaxSeconds) ?? 60,
            TlsRedirect = Tls(map),
            Agent = agent,
            Privileged = map.Flag("privileged", false),
            Whitelist = ValueReader.Ranges(map, "whitelist"),
            Resources = Resources(map, top),
            Annotations = ValueReader.Pairs(map, "annotations"),
            IngressAnnotations = ValueReader.Pairs(map, "ingressAnnotations"),
            Certificate = Certificate(map),
            Lifecycle = Lifecycle(map),
            DnsNdots = Ndots(map),
            GrpcHealthEnabled = map.Flag("grpcHealthEnabled", false),
            PolicyArns = PolicyArns(map),
        };
        map.Newer(
            "configMounts",
            "startupProbe",
            "initContainer",
            "imagePullSecrets",
            "securityContext",
            "nodeSelectorLabels",
            "nodeAffinityLabels",
            "disableHostUsers"
        );
        map.Older("links", "policies", "tags", "nlb", "internalAndExternal");
        map.Finish();
        if (spec is { Internal: true, InternalRouter: true })
        {
            map.Refuse(
                map.Map.Key("internalRouter")!,
                map.PathOf("internalRouter"),
                "set together with internal",
                "keep one of the two"
            );
        }

        return spec;
    }

    private static bool Agent(MapReader map)
    {
        if (map.Map["agent"] is not YamlMap item)
        {
            return map.Flag("agent", false);
        }

        map.Take("agent");
        map.Refuse(
            item,
            map.PathOf("agent"),
            "a map, but true or false is wanted",
            "write agent: true, and ports: beside it"
        );
        return false;
    }

    private static DeploymentSpec Deployment(MapReader map, bool oneByOne)
    {
        var (minimum, maximum) = oneByOne ? (0, 100) : (50, 200);
        if (map.Child("deployment") is { } child)
        {
            minimum = child.Whole("minimum", 0, 100) ?? minimum;
            maximum = child.Whole("maximum", 100, 200) ?? maximum;
            child.Finish();
        }

        return new(minimum, maximum);
    }

    private static int Termination(MapReader map)
    {
        var child = map.Child("termination");
        var grace = child?.Whole("grace", 0, MaxSeconds) ?? 30;
        child?.Finish();
        return grace;
    }

    private static ImmutableArray<ResourceLink> Resources(MapReader map, AppManifest top)
    {
        var links = ImmutableArray.CreateBuilder<ResourceLink>();
        var key = map.PathOf("resources");
        foreach (var item in map.Items("resources"))
        {
            if (map.Scalar(item, key) is not { } scalar)
            {
                continue;
            }

            var cut = scalar.Value.IndexOf(':', StringComparison.Ordinal);
            var (name, variable) =
                cut < 0 ? (scalar.Value.Trim(), null) : (scalar.Value[..cut].Trim(), scalar.Value[(cut + 1)..].Trim());
            if (top.Resources.All(r => r.Name != name))
            {
                map.Refuse(
                    item,
                    key,
                    $"no such resource: {map.Show(item, name)}",
                    "declare it under resources: at top level"
                );
            }
            else if (variable is not null && !ManifestGrammar.IsVariable(variable))
            {
                map.Refuse(item, key, $"not a variable name: {map.Show(item, variable)}", "write name:VARIABLE");
            }
            else
            {
                links.Add(new(name, variable));
            }
        }

        return links.ToImmutable();
    }

    private static LifecycleSpec? Lifecycle(MapReader map)
    {
        if (map.Child("lifecycle") is not { } child)
        {
            return null;
        }

        var spec = new LifecycleSpec(ValueReader.Command(child, "preStop"), ValueReader.Command(child, "postStart"));
        child.Finish();
        return spec;
    }

    private static ImmutableArray<string> PolicyArns(MapReader map)
    {
        var control = map.Child("accessControl");
        var identity = control?.Child("awsPodIdentity");
        var arns = identity is null
            ? []
            : ValueReader.Words(identity, "policyArns").Select(w => w.Value).ToImmutableArray();
        identity?.Finish();
        control?.Finish();
        return arns;
    }
}
