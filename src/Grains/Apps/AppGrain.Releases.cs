using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Releases;
using Palisade.Grains.Access;
using Palisade.Grains.Journaling;

namespace Palisade.Grains.Apps;

using ReleaseDecision = Decision<AppEvent, ReleaseCreated>;

/// <summary>Releases and environments.</summary>
public sealed partial class AppGrain
{
    public async Task<Result<ReleaseView>> CreateReleaseAsync(
        Caller caller,
        CreateRelease command,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        var operation = command.Environment is null ? Operations.ReleaseCreate : Operations.AppEnvSet;

        // An environment with a build or a description of one's own is both.
        if (
            command is { Environment: not null, IsEnvironmentAlone: false }
            && (await AuthorizeAsync(caller, Operations.ReleaseCreate, cancellationToken)).Problem is { } refused
        )
        {
            return Result.Fail<ReleaseView>(refused);
        }

        var created = await CommandAsync<ReleaseCreated>(
            new(caller, operation),
            async (state, context) =>
            {
                var prepared = await PrepareAsync(state, command, cancellationToken);
                var keep = await KeepAsync(cancellationToken);
                return prepared.Then(release => AppReleases.Create(state, App, release, keep, context));
            },
            cancellationToken
        );
        return created.Map(e => ReleaseView.Of(App, e));
    }

    public async Task<Result<ReleaseView>> RollBackAsync(
        Caller caller,
        string release,
        string? from = null,
        CancellationToken cancellationToken = default
    )
    {
        var created = await CommandAsync<ReleaseCreated>(
            new(caller, Operations.ReleaseRollback),
            async (state, context) =>
            {
                var mark = state.FindRelease(release);
                var environment = mark is null ? null : await AgainAsync(state, mark, cancellationToken);
                var keep = await KeepAsync(cancellationToken);
                var decided = AppRollouts.RollBack(state, App, release, environment, from, keep, context);
                return decided.Ok ? (await LoadAsync(state, mark!, cancellationToken)).Then(_ => decided) : decided;
            },
            cancellationToken
        );
        return created.Map(e => ReleaseView.Of(App, e));
    }

    public async Task<Result<RevealedEnvironment>> ReadEnvironmentAsync(
        Caller caller,
        string release,
        CancellationToken cancellationToken = default
    )
    {
        if (!(await FindEnvironmentAsync(caller, release, cancellationToken)).TryGet(out var found, out var problem))
        {
            return Result.Fail<RevealedEnvironment>(problem);
        }

        if (!await Services.Gate.AllowsAsync(caller, Operations.AppEnvReveal, Resource, cancellationToken))
        {
            return await MaskAsync(found, cancellationToken);
        }

        var variables = await environments.OpenAsync(App, State.Id, found.EnvironmentVersion, cancellationToken);
        if (variables.Count > 0)
        {
            // SECURITY: recorded durably before the values leave.
            var outcome = Outcome.With(
                ("release", release),
                ("keys", Printable.Line(string.Join(',', variables.Keys), 200))
            );
            await Services.Recorder.RecordAsync(caller, Operations.AppEnvReveal, Resource, outcome, cancellationToken);
        }

        return EnvironmentText
            .Format(variables)
            .Map(text => new RevealedEnvironment(new Sensitive<string>(text), false));
    }

    public async Task<Result<RevealedEnvironment>> MaskedEnvironmentAsync(
        Caller caller,
        string release,
        CancellationToken cancellationToken = default
    ) =>
        (await FindEnvironmentAsync(caller, release, cancellationToken)).TryGet(out var found, out var problem)
            ? await MaskAsync(found, cancellationToken)
            : Result.Fail<RevealedEnvironment>(problem);

    private async Task<Result<ReleaseView>> FindEnvironmentAsync(
        Caller caller,
        string release,
        CancellationToken cancellationToken
    )
    {
        var allowed = await ReadAsync(caller, Operations.AppEnvGet, cancellationToken);
        if (!allowed.Ok)
        {
            return Result.Fail<ReleaseView>(allowed.Problem);
        }

        if (!State.Exists)
        {
            return AppProblems.NotFound(App.App);
        }

        return await FindReleaseAsync(release, cancellationToken) is { } found
            ? found
            : AppProblems.NoSuchRelease(State, release, await KeepAsync(cancellationToken));
    }

    private async Task<Result<RevealedEnvironment>> MaskAsync(ReleaseView release, CancellationToken cancellationToken)
    {
        var keys = await environments.KeysAsync(App, State.Id, release.EnvironmentVersion, cancellationToken);
        var masked = await environments.MaskAsync(
            App,
            State.Id,
            release.EnvironmentVersion,
            keys.Keys,
            cancellationToken
        );
        return EnvironmentText.Format(masked).Map(text => new RevealedEnvironment(new Sensitive<string>(text), true));
    }

    /// <summary>
    /// All that the pure decision needs and may not fetch: the build, the sealed environment, what the caller had read.
    /// </summary>
    private async ValueTask<Result<NewRelease>> PrepareAsync(
        AppState state,
        CreateRelease command,
        CancellationToken cancellationToken
    )
    {
        BuildState? build = null;
        if (command.Build is { Length: > 0 } id)
        {
            build = await FindBuildAsync(state, id, cancellationToken);
            if (build is null)
            {
                return BuildProblems.NotFound(id);
            }

            if (build.Status != BuildStatus.Complete)
            {
                return new Conflict("build.not_complete", $"build {id} is not complete")
                {
                    Suggestion = "wait for it, or build again",
                };
            }
        }

        var prepared = new NewRelease
        {
            Build = build?.Id,
            BuildDescription = build?.Description,
            Description = Cut(command.Description),
        };
        if (command.Environment is null || !state.Exists)
        {
            return prepared;
        }

        var sealedOne = await SealAsync(state, command.Environment, cancellationToken);
        if (!sealedOne.TryGet(out var environment, out var problem))
        {
            return Result.Fail<NewRelease>(problem);
        }

        if (command.Parent is { } parent)
        {
            // SECURITY (S20): a parent that can't be found proves nothing about what was read.
            if (await FindReleaseAsync(parent, cancellationToken) is not { } read)
            {
                return AppProblems.NoSuchRelease(state, parent, await KeepAsync(cancellationToken));
            }

            environment = environment with
            {
                ParentVersion = read.EnvironmentVersion,
                ParentKeys = await environments.KeysAsync(App, state.Id, read.EnvironmentVersion, cancellationToken),
            };
        }

        return prepared with
        {
            Environment = environment,
        };
    }

    /// <summary>The release's environment for the next version; null: it is the newest already.</summary>
    private async Task<NewEnvironment?> AgainAsync(
        AppState state,
        ReleaseMark release,
        CancellationToken cancellationToken
    )
    {
        if (release.EnvironmentVersion == state.EnvironmentVersion)
        {
            return null;
        }

        var variables = await environments.OpenAsync(App, state.Id, release.EnvironmentVersion, cancellationToken);
        var next = state.EnvironmentVersion + 1;
        return (await environments.SealAsync(App, state.Id, next, variables, cancellationToken)).Value;
    }

    private async Task<Result<NewEnvironment>> SealAsync(
        AppState state,
        Sensitive<string> text,
        CancellationToken cancellationToken
    )
    {
        var parsed = EnvironmentText.Parse(text.Reveal());
        if (!parsed.TryGet(out var given, out var problem))
        {
            return Result.Fail<NewEnvironment>(problem);
        }

        var unmasked = await environments.UnmaskAsync(App, state.Id, given, cancellationToken);
        return unmasked.TryGet(out var variables, out problem)
            ? await environments.SealAsync(App, state.Id, state.EnvironmentVersion + 1, variables, cancellationToken)
            : Result.Fail<NewEnvironment>(problem);
    }

    private static string? Cut(string? text) => text is null ? null : Printable.Line(text, 1000);
}
