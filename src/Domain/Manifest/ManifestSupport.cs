using System.Collections.Immutable;
using Palisade.Domain.Manifest.Yaml;

namespace Palisade.Domain.Manifest;

/// <summary>
/// Says what of a manifest a rack cannot do. It is asked before a deploy: what a rack cannot do is refused, never left
/// out in silence.
/// </summary>
public static class ManifestSupport
{
    private const string Remove = "remove it, or deploy to a rack that has it";
    private const string Opened = "remove it, or have the rack's operator open the rack for it";

    private static readonly ImmutableArray<Rule> ServiceRules =
    [
        new(
            RackFeatures.Agents,
            "agent",
            s => s.Agent,
            "agents, one on each node, are not available",
            "use scale: with a count"
        ),
        new(RackFeatures.Privileged, "privileged", s => s.Privileged, "privileged processes are not allowed", Opened),
        new(RackFeatures.Gpu, "scale.gpu", s => s.Scale.Gpu is not null, "GPUs are not available", Remove),
        new(
            RackFeatures.Autoscaling,
            "scale.targets",
            s => s.Scale.Autoscales,
            "autoscaling is not available",
            "use one count and remove targets"
        ),
        new(
            RackFeatures.CountRange | RackFeatures.Autoscaling,
            "scale",
            s => s.Scale.Min != s.Scale.Max && !s.Scale.Autoscales,
            "a range of counts is not available",
            "use one count"
        ),
        new(
            RackFeatures.ServiceVolumes,
            "volumes",
            s => s.Volumes.Any(v => v.Kind == VolumeKind.Service),
            "volumes of a service are not available",
            Remove
        ),
        new(
            RackFeatures.AppVolumes,
            "volumes",
            s => s.Volumes.Any(v => v.Kind == VolumeKind.App),
            "volumes of an app are not available",
            Remove
        ),
        new(
            RackFeatures.HostVolumes,
            "volumes",
            s => s.Volumes.Any(v => v.Kind == VolumeKind.Host),
            "paths of the host are not allowed",
            "use a volume of the app, name:/path"
        ),
        new(
            RackFeatures.EmptyDirVolumes,
            "volumeOptions",
            s => s.VolumeOptions.Any(v => v is EmptyDirVolume),
            "emptyDir is not available",
            Remove
        ),
        new(
            RackFeatures.EfsVolumes,
            "volumeOptions",
            s => s.VolumeOptions.Any(v => v is AwsEfsVolume),
            "awsEfs is not available",
            "use a volume, or deploy to a rack on AWS"
        ),
        new(
            RackFeatures.TcpPorts,
            "ports",
            s => s.Ports.Any(p => p.Protocol == "tcp"),
            "further ports are not available",
            "use port: with one port"
        ),
        new(
            RackFeatures.UdpPorts,
            "ports",
            s => s.Ports.Any(p => p.Protocol == "udp"),
            "udp ports are not available",
            Remove
        ),
        new(
            RackFeatures.HttpsBackends,
            "port",
            s => s.Port?.Scheme == PortScheme.Https,
            "a service that speaks https itself is not available",
            "serve http on the port"
        ),
        new(
            RackFeatures.GrpcBackends,
            "port",
            s => s.Port?.Scheme is PortScheme.Grpc or PortScheme.Grpcs,
            "grpc is not available",
            Remove
        ),
        new(
            RackFeatures.TcpBackends,
            "port",
            s => s.Port?.Scheme == PortScheme.Tcp,
            "routing of plain tcp is not available",
            "serve http on the port"
        ),
        new(
            RackFeatures.GrpcHealth,
            "grpcHealthEnabled",
            s => s.GrpcHealthEnabled,
            "gRPC health checks are not available",
            "use health: with a path"
        ),
        new(
            RackFeatures.Liveness,
            "liveness",
            s => s.Liveness is not null,
            "liveness checks are not available",
            "use health:"
        ),
        new(
            RackFeatures.Lifecycle,
            "lifecycle",
            s => s.Lifecycle is not null,
            "lifecycle commands are not available",
            "put them into the command"
        ),
        new(RackFeatures.Sticky, "sticky", s => s.Sticky, "sticky sessions are not available", Remove),
        new(
            RackFeatures.Whitelist,
            "whitelist",
            s => !s.Whitelist.IsEmpty,
            "a whitelist is not available, and without it everyone could connect",
            Remove
        ),
        new(
            RackFeatures.InternalRouter,
            "internalRouter",
            s => s.InternalRouter,
            "an internal router is not available",
            "use internal: true"
        ),
        new(RackFeatures.Domains, "domain", s => !s.Domains.IsEmpty, "domains are not available", Remove),
        new(
            RackFeatures.WildcardDomains,
            "domain",
            s => s.Domains.Any(d => d.StartsWith('*')),
            "wildcard domains are not available",
            "name each domain"
        ),
        new(
            RackFeatures.Certificates,
            "certificate",
            s => s.Certificate is not null,
            "certificates by manifest are not available",
            Remove
        ),
        new(
            RackFeatures.PodIdentity,
            "accessControl",
            s => !s.PolicyArns.IsEmpty,
            "AWS identities are not available",
            "deploy to a rack on AWS"
        ),
        new(RackFeatures.Annotations, "annotations", s => !s.Annotations.IsEmpty, "annotations have no effect", Remove),
        new(
            RackFeatures.IngressAnnotations,
            "ingressAnnotations",
            s => !s.IngressAnnotations.IsEmpty,
            "ingress annotations have no effect",
            Remove
        ),
        new(
            RackFeatures.DnsConfig,
            "dnsConfig",
            s => s.DnsNdots is not null,
            "resolver settings are not available",
            Remove
        ),
    ];

    /// <summary>Everything that the rack lacks, in the order of lines; empty when it can run the manifest.</summary>
    /// <param name="manifest">A valid manifest.</param>
    /// <param name="features">What the rack can do.</param>
    public static ImmutableArray<ManifestProblem> Check(AppManifest manifest, RackFeatures features) =>
        Check(manifest, features, ImmutableDictionary<string, string>.Empty);

    /// <summary>
    /// As above, where a resource whose <c>NAME_URL</c> has a value in the environment is external (convox-wire.md
    /// 6.5), so that the rack need not run it.
    /// </summary>
    public static ImmutableArray<ManifestProblem> Check(
        AppManifest manifest,
        RackFeatures features,
        IReadOnlyDictionary<string, string> environment
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(environment);
        var found = new List<ManifestProblem>();
        foreach (var service in manifest.Services)
        {
            // A rule with several features is met by any of them.
            found.AddRange(
                ServiceRules
                    .Where(r => (features & r.Features) == 0 && r.Uses(service))
                    .Select(r => Problem(manifest, $"{service.Path}.{r.Key}", r.Message, r.Remedy))
            );
        }

        found.AddRange(
            manifest
                .Resources.Where(r => !features.HasFlag(RackFeatures.Resources) && !IsExternal(r, environment))
                .Select(r =>
                    Problem(
                        manifest,
                        r.Path,
                        "resources are not available",
                        $"set {UrlVariableOf(r)} to the URL of one that runs elsewhere"
                    )
                )
        );
        found.AddRange(
            Entries(
                manifest,
                features,
                RackFeatures.Timers,
                manifest.Timers.Select(t => t.Path),
                "timers are not available"
            )
        );
        found.AddRange(
            Entries(
                manifest,
                features,
                RackFeatures.Balancers,
                manifest.Balancers.Select(b => b.Path),
                "balancers are not available"
            )
        );
        found.AddRange(
            manifest.NewerKeys.Select(k =>
                Problem(manifest, k, "a key of a newer version that is not available", "remove it")
            )
        );
        return [.. found.OrderBy(p => p.Line).ThenBy(p => p.Column)];
    }

    private static IEnumerable<ManifestProblem> Entries(
        AppManifest manifest,
        RackFeatures features,
        RackFeatures needed,
        IEnumerable<string> paths,
        string message
    ) => features.HasFlag(needed) ? [] : paths.Select(p => Problem(manifest, p, message, Remove));

    private static string UrlVariableOf(ResourceSpec resource) =>
        resource.Path.StartsWith("resources.${", StringComparison.Ordinal)
            ? "its URL variable"
            : ManifestReading.Clean(resource.UrlVariable);

    private static bool IsExternal(ResourceSpec resource, IReadOnlyDictionary<string, string> environment) =>
        environment.TryGetValue(resource.UrlVariable, out var url) && !string.IsNullOrWhiteSpace(url);

    private static ManifestProblem Problem(AppManifest manifest, string key, string message, string remedy)
    {
        var place = manifest.PlaceOf(key);
        return new()
        {
            Line = place.Line,
            Column = place.Column,
            Key = key,
            Message = message,
            Remedy = remedy,
        };
    }

    private sealed record Rule(
        RackFeatures Features,
        string Key,
        Func<ServiceSpec, bool> Uses,
        string Message,
        string Remedy
    );
}
