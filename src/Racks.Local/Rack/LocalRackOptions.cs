namespace Palisade.Racks.Local.Rack;

/// <summary>Local racks of this installation.</summary>
public sealed class LocalRackOptions
{
    public const string SectionName = "Palisade:LocalRacks";

    /// <summary>Folder below which each rack has its own; required.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Where the router answers plain HTTP on 127.0.0.1. Default 8080.</summary>
    public int RouterPort { get; set; } = 8080;

    /// <summary>
    /// Where the router answers TLS on 127.0.0.1, with a certificate of the rack's own CA. Default 0: nowhere.
    /// </summary>
    public int RouterTlsPort { get; set; }

    /// <summary>
    /// A user's own Docker or podman socket, used as it is. Default: none; each rack has a private podman.
    /// </summary>
    public string? EngineSocket { get; set; }

    /// <summary>How often containers are looked at. Default 500 ms.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>S08: builds of one rack at the same time. Default 2.</summary>
    public int BuildsAtOnce { get; set; } = 2;
}
