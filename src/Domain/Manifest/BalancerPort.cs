namespace Palisade.Domain.Manifest;

/// <summary>One port of a balancer.</summary>
/// <param name="Source">The port that clients use, 1 to 65535.</param>
/// <param name="Target">The service's port, 1 to 65535.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>TLS</c>. Default <c>TCP</c>.</param>
[GenerateSerializer, Immutable, Alias("palisade.manifest.balancer-port")]
public readonly record struct BalancerPort(int Source, int Target, string Protocol);
