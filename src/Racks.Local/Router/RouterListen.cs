namespace Palisade.Racks.Local.Router;

/// <summary>
/// The private address of a service inside its rack (security.md S28). The address must exist before the router listens
/// on it.
/// </summary>
public sealed record RouterListen(string Address, int Port, RouterMode Mode);
