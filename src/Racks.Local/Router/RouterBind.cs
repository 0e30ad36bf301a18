namespace Palisade.Racks.Local.Router;

/// <summary>
/// An address to listen on. <see cref="Address"/> is a literal IPv4 or IPv6 address without a zone, in its canonical
/// form.
/// </summary>
public sealed record RouterBind(string Address, int Port);
