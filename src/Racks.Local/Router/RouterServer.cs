namespace Palisade.Racks.Local.Router;

/// <summary>
/// One process of a service. <see cref="Name"/> is never used again for another address. A draining server keeps the
/// sessions it has and gets no new ones.
/// </summary>
public sealed record RouterServer(string Name, string Address, int Port, bool Draining = false);
