using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;

namespace Palisade.Domain.Apps;

/// <summary>View rows that follow from an event and the state after it. Pure, so views can be rebuilt from the journal.</summary>
public static class AppProjection
{
    public static ImmutableArray<ViewChange> Project(AppRef app, AppState after, AppEvent @event)
    {
        var key = $"{app.Rack.Rack}/{app.App}";
        var row = new ViewChange(app.Org, ViewKinds.App, key, after.Exists ? ViewJson.Write(AppView.Of(app, after)) : null);
        return @event switch
        {
            ReleaseCreated e => Release(app, after, e),
            ProcessRequested or ProcessStopped => [],
            _ => [row],
        };
    }

    private static ImmutableArray<ViewChange> Release(AppRef app, AppState after, ReleaseCreated e)
    {
        var row = new ViewChange(app.Org, ViewKinds.Release, RecordKey(app, after.Id, e.Id), ViewJson.Write(ReleaseView.Of(app, e)))
        {
            Sort = ViewJson.Sortable(e.Created),
        };
        return e.Environment is not { } environment ? [row]
            : [row, new ViewChange(app.Org, ViewKinds.Environment, EnvironmentKey(app, after.Id, e.EnvironmentVersion),
                ViewJson.Write(new EnvironmentView(e.EnvironmentVersion, environment.Values) { Keys = environment.Keys }))];
    }

    /// <summary>Releases and builds too are kept per creation of the app; with an empty id, the prefix of all.</summary>
    public static string RecordKey(AppRef app, string appId, string id) => $"{app.Rack.Rack}/{app.App}/{appId}/{id}";

    /// <summary>Environments are kept per creation of the app, so that a re-created one never meets its predecessor's.</summary>
    public static string EnvironmentKey(AppRef app, string appId, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{app.Rack.Rack}/{app.App}/{appId}/{version:D10}");
}
