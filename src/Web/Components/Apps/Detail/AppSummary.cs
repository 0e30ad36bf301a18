using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Domain.Releases;

namespace Palisade.Web.Components.Apps.Detail;

/// <summary>What every page of an app begins with.</summary>
/// <param name="Row">The app as lists show it.</param>
/// <param name="Rack">Where it runs.</param>
/// <param name="Newest">The newest release; null when there is none or the reader may not know.</param>
public sealed record AppSummary(AppRow Row, RackState Rack, ReleaseView? Newest)
{
    public AppRef Ref => Row.App.Ref;

    public string Path => $"/o/{Row.App.Org}/apps/{Row.App.Rack}/{Row.App.Name}";

    /// <summary>Made after what runs or is on its way, and not promoted.</summary>
    public ReleaseView? Pending =>
        Newest is { } newest && newest.Id != Row.App.Release && newest.Id != Row.App.Rollout?.Target.Release
            ? newest
            : null;
}
