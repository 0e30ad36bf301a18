using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Apps.Detail;

internal static class AppTabs
{
    /// <summary>Where this page of an app is.</summary>
    public static string LinkOf(this AppTab tab, AppRef app)
    {
        var overview = $"/o/{app.Org}/apps/{app.Rack.Rack}/{app.App}";
        return tab == AppTab.Overview ? overview : $"{overview}/{tab.ToString().ToLowerInvariant()}";
    }
}
