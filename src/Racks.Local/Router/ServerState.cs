namespace Palisade.Racks.Local.Router;

/// <summary>What the router does with a server.</summary>
public enum ServerState
{
    /// <summary>Takes requests.</summary>
    Up,

    /// <summary>Its checks or its connections failed; gets none.</summary>
    Down,

    /// <summary>Keeps its sessions, gets no new ones.</summary>
    Draining,

    /// <summary>Out of use.</summary>
    Maintenance,
}
