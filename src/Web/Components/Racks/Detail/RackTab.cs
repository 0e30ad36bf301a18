namespace Palisade.Web.Components.Racks.Detail;

/// <summary>The pages of a rack, in the order of their tabs.</summary>
public enum RackTab
{
    Overview,
    Parameters,
    Drift,
    Processes,
    Logs,
    Settings,
}
