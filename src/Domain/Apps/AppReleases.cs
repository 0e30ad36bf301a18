using System.Collections.Immutable;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;

namespace Palisade.Domain.Apps;

using ReleaseDecision = Decision<AppEvent, ReleaseCreated>;

/// <summary>Decisions that make releases. A release is a build and an environment version; it never changes.</summary>
public static class AppReleases
{
    /// <param name="keep">What may stay beside it; what may not goes in the same append.</param>
    public static Result<ReleaseDecision> Create(
        AppState state,
        AppRef app,
        NewRelease command,
        KeptReleases keep,
        DecideContext context
    )
    {
        if (AppLifecycle.Refusal(state, app) is { } refusal)
        {
            return refusal;
        }

        if (command.OncePerBuild && state.Releases.FindLast(r => r.Build == command.Build) is { } made)
        {
            return new ReleaseDecision(Event(made.Id, made.Build, made.EnvironmentVersion, "", made.Created, context));
        }

        // INVARIANT: a build without a release is being pruned; none is made of it again.
        if (
            command is { OncePerBuild: false, Build.Length: > 0 }
            && !state.Releases.Exists(r => r.Build == command.Build)
        )
        {
            return BuildProblems.Pruned(command.Build);
        }

        if (command.Environment is { } wanted && wanted.Version != state.EnvironmentVersion + 1)
        {
            return new Conflict("env.version_moved", "the environment was changed at the same moment")
            {
                Suggestion = "repeat the change",
            };
        }

        if (MovedKeys(state, command) is { } moved)
        {
            return AppProblems.EnvironmentMoved(moved);
        }

        var (build, note) = ChooseBuild(state, command);
        var description = Description(state, command, note);
        var version = command.Environment?.Version ?? state.EnvironmentVersion;
        var release = Event(context.Ids.Letters('R'), build, version, description, context.Now, context);
        if (command.Environment is { } environment)
        {
            release = release with
            {
                Environment = new StoredEnvironment(environment.Values, environment.Keys)
                {
                    Changed = ChangedKeys.Between(state.EnvironmentKeys, environment.Keys),
                },
            };
        }

        var pruned = AppPruning.Due(AppStateFold.Apply(state, release), keep);
        return new ReleaseDecision(release)
        {
            Events = pruned is null ? [release] : [release, pruned],
            Details = ImmutableSortedDictionary<string, string>
                .Empty.Add("release", release.Id)
                .Add("build", build)
                .Add("description", Printable.Line(description, 200)),
        };
    }

    /// <summary>
    /// S21: an environment change takes the active release's build; without one the newest build; a named one always
    /// wins.
    /// </summary>
    private static (string Build, string? Note) ChooseBuild(AppState state, NewRelease command)
    {
        if (command.Build is { Length: > 0 } named)
        {
            return (named, null);
        }

        // INVARIANT: from the first build on every release has one, so the newest release's is the newest.
        var newest = state.Newest?.Build ?? "";
        var active = state.FindRelease(state.Current.Release)?.Build;
        return active is { Length: > 0 } && active != newest ? (active, $"(on active build {active})") : (newest, null);
    }

    private static string Description(AppState state, NewRelease command, string? note)
    {
        var text = command switch
        {
            { Description.Length: > 0 } => command.Description,
            { Build.Length: > 0 } => command.BuildDescription ?? "",
            { Environment: { } e } => ChangedKeys.Describe(ChangedKeys.Between(state.EnvironmentKeys, e.Keys)),
            _ => "",
        };
        return note is null ? text : $"{text} {note}".Trim();
    }

    /// <summary>S20: names the keys that moved between what the caller read and the newest environment.</summary>
    private static string? MovedKeys(AppState state, NewRelease command)
    {
        if (
            command.Build is { Length: > 0 }
            || command.Environment is not { ParentVersion: { } read } environment
            || read == state.EnvironmentVersion
        )
        {
            return null;
        }

        var moved = ChangedKeys.Between(environment.ParentKeys, state.EnvironmentKeys);
        return moved.IsEmpty ? null : string.Join(", ", moved.Keys);
    }

    private static ReleaseCreated Event(
        string id,
        string build,
        int environment,
        string description,
        DateTimeOffset at,
        DecideContext context
    ) =>
        new()
        {
            Id = id,
            Build = build,
            EnvironmentVersion = environment,
            Description = description,
            Created = at,
            By = context.Caller.Principal,
        };
}
