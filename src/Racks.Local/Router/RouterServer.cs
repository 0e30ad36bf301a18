namespace Palisade.Racks.Local.Router;

/// <summary>
/// One process of a service. <see cref="Name"/> is never used again for another address, <see cref="Tls"/> or check. A
/// draining server keeps the sessions it has and gets no new ones.
/// </summary>
public sealed record RouterServer(string Name, string Address, int Port, bool Draining = false)
{
    /// <summary>
    /// It speaks TLS with its own certificate, which is not verified: the hop never leaves the rack's bridge.
    /// </summary>
    public bool Tls { get; init; }

    /// <summary>
    /// What it is asked, when its backend's servers are asked over HTTP
    /// (<see cref="RouterBackend.CheckTimeoutSeconds"/>); null among those takes it as up.
    /// </summary>
    public RouterHealthCheck? HealthCheck { get; init; }
}
