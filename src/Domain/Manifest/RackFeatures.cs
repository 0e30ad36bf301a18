namespace Palisade.Domain.Manifest;

/// <summary>
/// What a rack can do with a manifest beyond the basics that every rack has: build, image, command, an http port,
/// environment, health, counts and sizes with limits, internal, deployment, drain, termination, init, labels,
/// singleton, timeout, tls.redirect, test. Numbers are stable.
/// </summary>
[Flags, GenerateSerializer, Alias("palisade.manifest.rack-features")]
public enum RackFeatures : long
{
    None = 0,
    Resources = 1L << 0,
    Timers = 1L << 1,
    Balancers = 1L << 2,
    Agents = 1L << 3,
    Privileged = 1L << 4,
    Gpu = 1L << 5,
    Autoscaling = 1L << 6,

    /// <summary>
    /// A count range without targets: the rack keeps the fewest and lets people scale within the range.
    /// </summary>
    CountRange = 1L << 7,

    ServiceVolumes = 1L << 8,
    AppVolumes = 1L << 9,
    HostVolumes = 1L << 10,
    EmptyDirVolumes = 1L << 11,
    EfsVolumes = 1L << 12,
    TcpPorts = 1L << 13,
    UdpPorts = 1L << 14,
    HttpsBackends = 1L << 15,
    GrpcBackends = 1L << 16,
    TcpBackends = 1L << 17,
    GrpcHealth = 1L << 18,
    Liveness = 1L << 19,
    Lifecycle = 1L << 20,
    Sticky = 1L << 21,
    Whitelist = 1L << 22,
    InternalRouter = 1L << 23,
    Domains = 1L << 24,
    WildcardDomains = 1L << 25,
    Certificates = 1L << 26,
    PodIdentity = 1L << 27,
    Annotations = 1L << 28,
    IngressAnnotations = 1L << 29,
    DnsConfig = 1L << 30,
}
