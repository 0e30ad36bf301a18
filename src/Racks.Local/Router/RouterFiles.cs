namespace Palisade.Racks.Local.Router;

/// <summary>
/// A rendered model. <see cref="Fingerprint"/> covers everything that only a reload can change (not servers, not the
/// maps) and is the configuration's <c>description</c>, so that a running HAProxy says itself what it has loaded.
/// </summary>
/// <param name="Config">The configuration.</param>
/// <param name="HostMap">Host name → backend.</param>
/// <param name="CheckMap">Server → path of its health check.</param>
/// <param name="Fingerprint">As above.</param>
public sealed record RouterFiles(string Config, string HostMap, string CheckMap, string Fingerprint);
