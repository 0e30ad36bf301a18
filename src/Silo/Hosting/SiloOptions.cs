namespace Palisade.Silo.Hosting;

/// <summary>What one process needs to host grains on the embedded store.</summary>
public sealed class SiloOptions
{
    /// <summary>The data folder; required, absolute.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Where local racks answer plain HTTP. Default 8080.</summary>
    public int RouterPort { get; set; } = 8080;

    /// <summary>Where local racks answer TLS; 0 for nowhere. Default 0.</summary>
    public int RouterTlsPort { get; set; }

    /// <summary>A user's own Docker or podman socket for local racks. Default: none, a private podman.</summary>
    public string? EngineSocket { get; set; }

    /// <summary>
    /// Whether the store is the PostgreSQL database of section <c>Postgres</c>, which many processes share, rather than
    /// the embedded one in the data folder.
    /// </summary>
    public bool Postgres { get; set; }

    /// <summary>Whether this process has the local racks of its machine. Default true.</summary>
    public bool Racks { get; set; } = true;

    /// <summary>Whether this process runs jobs. Default true.</summary>
    public bool Pump { get; set; } = true;
}
