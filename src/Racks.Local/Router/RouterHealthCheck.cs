namespace Palisade.Racks.Local.Router;

/// <summary>
/// The router's own check of each server; 200 to 399 is healthy. <see cref="IntervalSeconds"/> and
/// <see cref="TimeoutSeconds"/> are 1 to 3,600.
/// </summary>
public sealed record RouterHealthCheck(
    string Path,
    int IntervalSeconds,
    int TimeoutSeconds,
    RouterScheme Scheme = RouterScheme.Http
);
