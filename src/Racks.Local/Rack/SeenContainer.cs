using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// A container of this rack as last seen, with the details that don't change while its state doesn't.
/// </summary>
internal sealed record SeenContainer(string ContainerId, ContainerLabels Labels, ProcessPhase State)
{
    public DateTimeOffset Created { get; init; }
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public int? ExitCode { get; init; }
    public bool OutOfMemory { get; init; }
    public string Ip { get; init; } = "";
    public string Image { get; init; } = "";

    /// <summary>It was told to stop and has not ended yet, perhaps by a server that is gone since.</summary>
    public bool Stopping { get; init; }

    /// <summary>The engine's log file, when it is a private podman.</summary>
    public string? LogPath { get; init; }

    public static ProcessPhase StateOf(ContainerSummary summary) =>
        summary.State switch
        {
            "created" or "configured" or "initialized" => ProcessPhase.Created,
            "running" or "paused" or "stopping" or "restarting" => ProcessPhase.Running,
            _ => ProcessPhase.Exited,
        };
}
