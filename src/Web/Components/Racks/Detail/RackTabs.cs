using Palisade.Domain.Kernel;

namespace Palisade.Web.Components.Racks.Detail;

internal static class RackTabs
{
    /// <summary>Where this page of a rack is.</summary>
    public static string LinkOf(this RackTab tab, RackRef rack)
    {
        var overview = $"/o/{rack.Org}/racks/{rack.Rack}";
        return tab == RackTab.Overview ? overview : $"{overview}/{tab.ToString().ToLowerInvariant()}";
    }
}
