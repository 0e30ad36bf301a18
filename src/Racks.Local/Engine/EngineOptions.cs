namespace Palisade.Racks.Local.Engine;

/// <summary>How the container service of a local rack is found or started.</summary>
public sealed class EngineOptions
{
    /// <summary>
    /// The rack's folder; required. Configuration, images and containers live below it, with mode 0700.
    /// </summary>
    public string Directory { get; set; } = "";

    /// <summary>
    /// A unix socket of the user's own Docker or podman, used as it is. Default: none; Palisade runs a private podman.
    /// </summary>
    public string? EngineSocket { get; set; }

    /// <summary>The podman to run. Default: the first in the usual folders.</summary>
    public string? PodmanPath { get; set; }

    /// <summary>How long a started service may take to answer. Default 20 s.</summary>
    public TimeSpan StartLimit { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How often <see cref="EngineHost.SuperviseAsync"/> looks whether the service lives. Default 1 s.
    /// </summary>
    public TimeSpan CheckPeriod { get; set; } = TimeSpan.FromSeconds(1);
}
