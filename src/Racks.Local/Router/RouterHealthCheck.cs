namespace Palisade.Racks.Local.Router;

/// <summary>
/// The router's own check of a server; 200 to 399 is healthy. <see cref="IntervalSeconds"/> is 1 to 3,600.
/// </summary>
public sealed record RouterHealthCheck(string Path, int IntervalSeconds);
