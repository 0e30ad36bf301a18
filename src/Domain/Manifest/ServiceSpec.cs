using System.Collections.Immutable;

namespace Palisade.Domain.Manifest;

/// <summary>One service with every default filled in (convox-wire.md 6.3).</summary>
[GenerateSerializer, Immutable, Alias("palisade.manifest.service")]
public sealed record ServiceSpec
{
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its key's path for messages, <c>services.web</c>; see <see cref="AppManifest.PlaceOf"/>.</summary>
    [Id(1)]
    public required string Path { get; init; }

    /// <summary>How to build it; null exactly when <see cref="Image"/> is given.</summary>
    [Id(2)]
    public BuildSpec? Build { get; init; }

    /// <summary>A published image to run as it is.</summary>
    [Id(3)]
    public ImageReference? Image { get; init; }

    /// <summary>Words to run instead of the image's command; empty for the image's own.</summary>
    [Id(4)]
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The words of <c>convox test</c>; empty when there is none.</summary>
    [Id(5)]
    public required ImmutableArray<string> Test { get; init; }

    /// <summary>The routed port; null for a service without one.</summary>
    [Id(6)]
    public PortSpec? Port { get; init; }

    /// <summary>Further ports, reachable inside the rack only.</summary>
    [Id(7)]
    public required ImmutableArray<ExtraPort> Ports { get; init; }

    /// <summary>
    /// Top-level declarations followed by the service's own; a later one overrides an earlier one of the same name.
    /// </summary>
    [Id(8)]
    public required ImmutableArray<EnvironmentDeclaration> Environment { get; init; }

    [Id(9)]
    public required HealthSpec Health { get; init; }

    /// <summary>Null unless a path is given.</summary>
    [Id(10)]
    public LivenessSpec? Liveness { get; init; }

    [Id(11)]
    public required ScaleSpec Scale { get; init; }

    [Id(12)]
    public required DeploymentSpec Deployment { get; init; }

    /// <summary>Not reachable from outside the rack. Default false.</summary>
    [Id(13)]
    public required bool Internal { get; init; }

    /// <summary>Routed by an internal router. Default false; never together with <see cref="Internal"/>.</summary>
    [Id(14)]
    public required bool InternalRouter { get; init; }

    /// <summary>Extra host names, lower-case ASCII (IDNA), each once; <c>*.</c> only as the left-most label.</summary>
    [Id(15)]
    public required ImmutableArray<string> Domains { get; init; }

    /// <summary>Seconds that open connections get when a process leaves. Default 30.</summary>
    [Id(16)]
    public required int DrainSeconds { get; init; }

    /// <summary>Run an init process as pid 1. Default true.</summary>
    [Id(17)]
    public required bool Init { get; init; }

    /// <summary>Seconds between SIGTERM and SIGKILL. Default 30; 0 is respected.</summary>
    [Id(18)]
    public required int TerminationGraceSeconds { get; init; }

    /// <summary>Merged labels: the service's own over the top-level ones.</summary>
    [Id(19)]
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    [Id(20)]
    public required ImmutableArray<VolumeSpec> Volumes { get; init; }

    [Id(21)]
    public required ImmutableArray<VolumeOption> VolumeOptions { get; init; }

    /// <summary>Never two processes at once. Default false.</summary>
    [Id(22)]
    public required bool Singleton { get; init; }

    /// <summary>A client stays with one process. Default false.</summary>
    [Id(23)]
    public required bool Sticky { get; init; }

    /// <summary>Seconds that the router waits to read from or send to a process. Default 60.</summary>
    [Id(24)]
    public required int TimeoutSeconds { get; init; }

    /// <summary>Plain HTTP is redirected to HTTPS. Default true.</summary>
    [Id(25)]
    public required bool TlsRedirect { get; init; }

    /// <summary>One process on each node. Default false.</summary>
    [Id(26)]
    public required bool Agent { get; init; }

    /// <summary>Default false. Refused on racks that the operator did not open (S24).</summary>
    [Id(27)]
    public required bool Privileged { get; init; }

    /// <summary>Address ranges in CIDR form that may connect; empty for all.</summary>
    [Id(28)]
    public required ImmutableArray<string> Whitelist { get; init; }

    /// <summary>Links to resources.</summary>
    [Id(29)]
    public required ImmutableArray<ResourceLink> Resources { get; init; }

    [Id(30)]
    public required ImmutableSortedDictionary<string, string> Annotations { get; init; }

    [Id(31)]
    public required ImmutableSortedDictionary<string, string> IngressAnnotations { get; init; }

    [Id(32)]
    public CertificateSpec? Certificate { get; init; }

    [Id(33)]
    public LifecycleSpec? Lifecycle { get; init; }

    /// <summary><c>ndots</c> of the resolver; null for its default.</summary>
    [Id(34)]
    public int? DnsNdots { get; init; }

    /// <summary>Health by the gRPC health protocol. Default false.</summary>
    [Id(35)]
    public required bool GrpcHealthEnabled { get; init; }

    /// <summary>AWS policies for the service's identity.</summary>
    [Id(36)]
    public required ImmutableArray<string> PolicyArns { get; init; }

    /// <summary>Name only, since values may be secret.</summary>
    public override string ToString() => $"service {Name}";
}
