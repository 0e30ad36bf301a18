namespace Palisade.Web.Components.Apps.Detail;

/// <summary>The pages of an app, in the order of their tabs.</summary>
public enum AppTab
{
    Overview,
    Releases,
    Environment,
    Logs,
    Processes,
    Settings,
}
