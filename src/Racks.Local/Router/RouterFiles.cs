namespace Palisade.Racks.Local.Router;

/// <summary>
/// A rendered model. <see cref="Fingerprint"/> covers everything that only a reload can change (not servers, not the
/// host map) and is the configuration's <c>description</c>, so that a running HAProxy says itself what it has loaded.
/// </summary>
public sealed record RouterFiles(string Config, string HostMap, string Fingerprint);
