using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

/// <summary>
/// Refusals about apps. COMPAT: the client looks for <c>app not found</c> to know that a delete has finished.
/// </summary>
public static class AppProblems
{
    public static NotFound NotFound(string app) => new("app.not_found", $"app not found: {app}");

    public static Invalid NameInvalid(string app) =>
        new("app.name_invalid", $"not an app name: {Printable.Of(app)}") { Suggestion = $"use {Names.Rule}" };

    public static Invalid NameReserved(string app) =>
        new("app.name_reserved", $"the app name {app} is reserved") { Suggestion = "choose another name" };

    public static Conflict Exists(string app) => new("app.exists", $"app {app} already exists");

    public static Conflict Locked(string app) =>
        new("app.locked", $"app {app} is locked") { Suggestion = "unlock it first: convox apps unlock" };

    public static Conflict Deleting(string app) => new("app.deleting", $"app {app} is being deleted");

    // COMPAT: the reference answers 403 for both; the client shows the text only.
    public static Forbidden Updating(string app) =>
        new("app.updating", $"app {app} is currently updating")
        {
            Suggestion = "wait for it to finish, cancel it with convox apps cancel, or promote with --force",
        };

    public static Forbidden NotUpdating(string app) =>
        new("app.not_updating", $"app {app} is not updating, there is nothing to cancel");

    /// <summary>Why there is no such release: it never was, or it was pruned.</summary>
    public static NotFound NoSuchRelease(AppState state, string release, KeptReleases keep)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Pruned.Contains(release)
            ? new("release.pruned", $"release {release} was pruned: {keep} are kept")
            {
                Suggestion = "deploy its source again, or go back to a release that convox releases lists",
            }
            : NoSuchRelease(release);
    }

    public static NotFound NoSuchRelease(string release) =>
        new("release.not_found", $"no such release: {Printable.Of(release)}")
        {
            Suggestion = "convox releases lists them",
        };

    public static NotFound NoSuchService(string service) =>
        new("service.not_found", $"no such service: {Printable.Of(service)}")
        {
            Suggestion = "convox services lists them",
        };

    public static NotFound NoSuchProcess(string process) =>
        new("process.not_found", $"no such process: {Printable.Of(process)}") { Suggestion = "convox ps lists them" };

    public static Invalid NoBuild(string release) =>
        new("release.no_build", $"release {release} has no build")
        {
            Suggestion = "deploy the app first: convox deploy",
        };

    public static Conflict OlderThanActive(string release, string active) =>
        new("release.older", $"release {release} is older than the active release {active}")
        {
            Suggestion = $"to go back to it use: convox releases rollback {release}",
        };

    /// <summary>Whatever a refused plan was about, who reads this sees the next one.</summary>
    private const string ReadAgain = "read the plan again, it is the new one now";

    public static Invalid NeverRan(string release) =>
        new("release.never_ran", $"release {release} never ran, so there is no going back to it")
        {
            Suggestion = $"promote it instead: convox releases promote {release}",
        };

    /// <param name="now">What runs.</param>
    public static Conflict StalePromote(string now) =>
        new(
            "release.stale_plan",
            now.Length == 0 ? "nothing runs any more" : $"what runs is {now} now, no longer what this plan began from"
        )
        {
            Suggestion = ReadAgain,
        };

    public const string EnvironmentMovedCode = "env.moved";

    public static Conflict EnvironmentMoved(string keys) =>
        new(EnvironmentMovedCode, $"the environment was changed by someone else since you read it: {keys}")
        {
            Suggestion = "read it again and repeat the change",
        };

    public static NotFound NothingRuns(string app) =>
        new("app.no_release", $"app {app} has no active release") { Suggestion = "promote a release first" };

    public static Invalid ScaleInvalid(string what) => new("scale.invalid", what);

    public static Conflict StaleScale(string service) =>
        new("scale.stale_plan", $"what runs of service {service} is no longer what this plan began from")
        {
            Suggestion = ReadAgain,
        };

    public static Conflict StaleRestart(string app) =>
        new("restart.stale_plan", $"what runs of {app} is no longer what this plan began from, or was restarted since")
        {
            Suggestion = ReadAgain,
        };
}
