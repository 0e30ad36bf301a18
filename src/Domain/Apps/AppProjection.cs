using System.Collections.Immutable;
using System.Globalization;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;

namespace Palisade.Domain.Apps;

/// <summary>
/// View rows that follow from an event and the state after it. Pure, so views can be rebuilt from the journal.
/// </summary>
public static class AppProjection
{
    public static ImmutableArray<ViewChange> Project(AppRef app, AppState after, AppEvent @event)
    {
        var key = $"{app.Rack.Rack}/{app.App}";
        return @event switch
        {
            ReleaseCreated e => Release(app, after, key, e),
            ReleasesPruned e =>
            [
                .. e.Releases.Select(id => new ViewChange(app.Org, ViewKinds.Release, $"{key}/{id}", null)),
                .. e.Environments.Select(version => new ViewChange(
                    app.Org,
                    ViewKinds.Environment,
                    EnvironmentKey(app, after.Id, version),
                    null
                )),
            ],
            ProcessRequested or ProcessStopped => [],

            // INVARIANT: an app of the same name made later lists nothing of this one.
            AppDeleted =>
            [
                Row(app, after, key),
                Below(app.Org, ViewKinds.Release, key),
                Below(app.Org, ViewKinds.Environment, key),
                Below(app.Org, ViewKinds.Build, key),
            ],
            _ => [Row(app, after, key)],
        };
    }

    private static ViewChange Below(string org, string kind, string key) =>
        new(org, kind, $"{key}/", null) { Prefix = true };

    private static ViewChange Row(AppRef app, AppState after, string key) =>
        new(app.Org, ViewKinds.App, key, after.Exists ? ViewJson.Write(AppView.Of(app, after)) : null);

    private static ImmutableArray<ViewChange> Release(AppRef app, AppState after, string key, ReleaseCreated e)
    {
        var row = new ViewChange(app.Org, ViewKinds.Release, $"{key}/{e.Id}", ViewJson.Write(ReleaseView.Of(app, e)))
        {
            Sort = ViewJson.Sortable(e.Created),
        };
        return e.Environment is not { } environment
            ? [row]
            :
            [
                row,
                new ViewChange(
                    app.Org,
                    ViewKinds.Environment,
                    EnvironmentKey(app, after.Id, e.EnvironmentVersion),
                    ViewJson.Write(
                        new EnvironmentView(e.EnvironmentVersion, environment.Values) { Keys = environment.Keys }
                    )
                ),
            ];
    }

    /// <summary>
    /// Environments are kept per creation of the app, so that a re-created one never meets its predecessor's.
    /// </summary>
    public static string EnvironmentKey(AppRef app, string appId, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{app.Rack.Rack}/{app.App}/{appId}/{version:D10}");
}
