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
                Below(app.Org, ViewKinds.EnvironmentChange, key),
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
        return e.Environment is not { } environment ? [row] : [row, .. Environment(app, after.Id, e, environment)];
    }

    private static IEnumerable<ViewChange> Environment(
        AppRef app,
        string appId,
        ReleaseCreated e,
        StoredEnvironment environment
    )
    {
        var version = e.EnvironmentVersion;
        var stored = new EnvironmentView(version, environment.Values) { Keys = environment.Keys };
        var change = new EnvironmentChange(version, e.Id, e.Created, e.By) { Keys = environment.Changed };
        yield return Row(ViewKinds.Environment, version, ViewJson.Write(stored));
        yield return Row(ViewKinds.EnvironmentChange, version, ViewJson.Write(change));
        if (version > EnvironmentChange.MaxKept)
        {
            yield return Row(ViewKinds.EnvironmentChange, version - EnvironmentChange.MaxKept, null);
        }

        ViewChange Row(string kind, int of, string? json) => new(app.Org, kind, EnvironmentKey(app, appId, of), json);
    }

    /// <summary>
    /// Environments are kept per creation of the app, so that a re-created one never meets its predecessor's.
    /// </summary>
    public static string EnvironmentKey(AppRef app, string appId, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{EnvironmentKeys(app, appId)}{version:D10}");

    /// <summary>What all of them begin with.</summary>
    public static string EnvironmentKeys(AppRef app, string appId) => $"{app.Rack.Rack}/{app.App}/{appId}/";
}
