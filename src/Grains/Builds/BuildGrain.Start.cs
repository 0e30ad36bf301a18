using System.Text;
using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Journaling;

namespace Palisade.Grains.Builds;

/// <summary>The start of a build.</summary>
public sealed partial class BuildGrain
{
    public Task<Result<BuildState>> StartAsync(
        Caller caller,
        StartBuild command,
        CancellationToken cancellationToken = default
    ) => StartAsync(ScopeOf(caller, Operations.BuildCreate), command, imported: false, cancellationToken);

    public Task<Result<BuildState>> ImportAsync(
        Caller caller,
        StartBuild command,
        CancellationToken cancellationToken = default
    ) => StartAsync(ScopeOf(caller, Operations.BuildImport), command, imported: true, cancellationToken);

    // INVARIANT (S08): one more than may wait never does, however many are started at once.
    private static CommandScope ScopeOf(Caller caller, Operation operation) =>
        new(caller, operation)
        {
            Amend = append => append with { JobLimits = append.JobLimits.Add(new(BuildJob.Kind, MaxWaiting)) },
            Full = new Exhausted("build.limit", $"{MaxWaiting} builds of this organization are waiting already")
            {
                Suggestion = "try again when one is done",
            },
        };

    private async Task<Result<BuildState>> StartAsync(
        CommandScope scope,
        StartBuild command,
        bool imported,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(command);
        var done = await CommandAsync<Done>(
            scope,
            async (state, context) =>
            {
                if (state.Exists)
                {
                    return new Conflict("build.exists", $"build {Build.Id} already exists");
                }

                var found = await FindAppAsync(command, cancellationToken);
                if (!found.TryGet(out var app, out var problem))
                {
                    return Result.Fail<Decision<BuildEvent, Done>>(problem);
                }

                return new Decision<BuildEvent, Done>(default)
                {
                    Events =
                    [
                        await StartedAsync(app, command, context, cancellationToken) with
                        {
                            Imported = imported,
                        },
                    ],
                };
            },
            cancellationToken
        );
        return done.Map(_ => State);
    }

    private async Task<BuildStarted> StartedAsync(
        AppView app,
        StartBuild command,
        DecideContext context,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Id = Build.Id,
            App = Build.App.App,
            AppId = app.Id,
            Description = Printable.Line(command.Description, 1000),
            GitSha = Printable.Line(command.GitSha, 100),
            ManifestFile = Printable.Line(command.ManifestFile, 255),
            Source = command.Source,
            NoCache = command.NoCache,
            BuildArgs = command.BuildArgs is null
                ? null
                : await Services.Store.Sealer.SealAsync(
                    $"app/{Build.App}",
                    Encoding.UTF8.GetBytes(command.BuildArgs.Reveal()),
                    BuildArguments.Context(Build.Id),
                    cancellationToken
                ),
            At = context.Now,
            By = context.Caller.Principal,
        };

    /// <summary>The app to build for, or why there can be no build now.</summary>
    private async Task<Result<AppView>> FindAppAsync(StartBuild command, CancellationToken cancellationToken)
    {
        var app = Build.App;
        if (await AppAsync(cancellationToken) is not { } view)
        {
            return AppProblems.NotFound(app.App);
        }

        if (view.Status == AppStatus.Deleting)
        {
            return AppProblems.Deleting(app.App);
        }

        // SECURITY (S18): only what was uploaded to this app, whoever made up the key.
        if (
            !command.Source.StartsWith($"app/{view.Id}/", StringComparison.Ordinal)
            || await Services.Store.Objects.FindAsync(Org, command.Source, cancellationToken) is null
        )
        {
            return new NotFound("build.source_not_found", "the source archive was not found")
            {
                Suggestion = "upload it again",
            };
        }

        if (await FindRackAsync(cancellationToken) is null)
        {
            return RackProblems.NotFound(app.Rack);
        }

        return view;
    }
}
