namespace Palisade.Racks.Local.Network;

/// <summary>Addresses of a local rack.</summary>
public sealed class NetworkOptions
{
    /// <summary>
    /// An IPv4 block of /16 or larger, cut into /24s for apps, builds and virtual addresses. Default 10.89.0.0/16.
    /// </summary>
    public string Pool { get; set; } = "10.89.0.0/16";

    /// <summary>
    /// More addresses that containers and builds must not reach: the control plane's, in CIDR form. The host's own need
    /// no entry.
    /// </summary>
    public IList<string> ControlPlane { get; } = [];
}
