namespace Palisade.Racks.Local.Router;

/// <summary>What a service's own port speaks (the scheme of <c>port:</c> in convox.yml).</summary>
public enum RouterScheme
{
    Http,

    /// <summary>
    /// TLS with the container's own certificate, which is not verified: the hop never leaves the rack's bridge.
    /// </summary>
    Https,

    /// <summary>HTTP/2 without TLS.</summary>
    Grpc,
}
