using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Palisade.Domain.Apps;
using Palisade.Domain.Builds;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Domain.Releases;
using Palisade.Grains.Apps;
using Palisade.Grains.Builds;
using Palisade.Grains.Racks;

namespace Palisade.Web.Tests.Fakes;

/// <summary>Grains that answer from the world's rows and keep what they were told.</summary>
public sealed class FakeGrains(World world) : StringKeyGrains
{
    public ConcurrentQueue<object> Commands { get; } = new();

    /// <summary>Who started which one-off process.</summary>
    public ConcurrentDictionary<string, Principal> Starters { get; } = new();

    /// <summary>Imports that have begun.</summary>
    public Channel<BuildRef> Imports { get; } = Channel.CreateUnbounded<BuildRef>();

    /// <summary>Thrown by every grain when set: broken infrastructure.</summary>
    public Exception? Broken { get; set; }

    public override TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) =>
        Broken is { } e ? throw e
        : typeof(TGrainInterface) == typeof(IAppGrain)
            ? (TGrainInterface)(object)new App(world, this, AppRef.Parse(primaryKey))
        : typeof(TGrainInterface) == typeof(IBuildGrain)
            ? (TGrainInterface)(object)new Build(world, this, BuildRef.Parse(primaryKey))
        : typeof(TGrainInterface) == typeof(IRackGrain)
            ? (TGrainInterface)(object)new Rack(world, this, RackRef.Parse(primaryKey))
        : NobodyGrain.As<TGrainInterface>();

    public T Last<T>() => Commands.OfType<T>().Last();

    private sealed class App(World world, FakeGrains grains, AppRef app) : IAppGrain
    {
        private Result<AppView> View => world.Views.App(app) is { } view ? view : AppProblems.NotFound(app.App);

        public Task<Result<AppView>> CreateAsync(
            Caller caller,
            string? generation,
            CancellationToken cancellationToken = default
        )
        {
            world.Views.Put(app.Org, ViewKinds.App, $"{app.Rack.Rack}/{app.App}", World.NewApp(app));
            return Task.FromResult(View);
        }

        public Task<Result<AppView>> GetAsync(Caller caller, CancellationToken cancellationToken = default) =>
            Task.FromResult(View);

        public Task<Result<Done>> UpdateAsync(
            Caller caller,
            UpdateApp command,
            CancellationToken cancellationToken = default
        ) => DoneAsync(command);

        public Task<Result<Done>> DeleteAsync(Caller caller, CancellationToken cancellationToken = default) =>
            DoneAsync("delete");

        public Task<Result<Done>> CancelAsync(
            Caller caller,
            string? rollout = null,
            CancellationToken cancellationToken = default
        ) => Task.FromResult<Result<Done>>(AppProblems.NotUpdating(app.App));

        public Task<Result<ReleaseView>> CreateReleaseAsync(
            Caller caller,
            CreateRelease command,
            CancellationToken cancellationToken = default
        )
        {
            grains.Commands.Enqueue(command);
            return Task.FromResult(View.Map(_ => world.NewRelease(app)));
        }

        public Task<Result<ReleaseView>> CreateBuildReleaseAsync(
            Caller caller,
            JobToken job,
            string build,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<Result<Done>> PromoteAsync(
            Caller caller,
            PromoteRelease command,
            CancellationToken cancellationToken = default
        ) => DoneAsync(command);

        public Task<Result<Done>> ScaleAsync(
            Caller caller,
            string service,
            ScaleOverride change,
            ScaleBasis? from = null,
            CancellationToken cancellationToken = default
        ) => DoneAsync(change);

        public Task<Result<ReleaseView>> RollBackAsync(
            Caller caller,
            string release,
            string? from = null,
            CancellationToken cancellationToken = default
        )
        {
            grains.Commands.Enqueue((release, from));
            return Task.FromResult(View.Map(_ => world.NewRelease(app)));
        }

        public Task<Result<Done>> RestartAsync(
            Caller caller,
            string? service,
            Deployment? from = null,
            CancellationToken cancellationToken = default
        ) => DoneAsync(service ?? "all");

        public Task<Result<RevealedEnvironment>> MaskedEnvironmentAsync(
            Caller caller,
            string release,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();

        public Task<Result<RevealedEnvironment>> ReadEnvironmentAsync(
            Caller caller,
            string release,
            CancellationToken cancellationToken = default
        ) => Task.FromResult(View.Map(_ => new RevealedEnvironment(new Sensitive<string>("A=1\nB=two words"), false)));

        public Task<Result<OneOffTicket>> RequestProcessAsync(
            Caller caller,
            RequestProcess command,
            CancellationToken cancellationToken = default
        )
        {
            grains.Commands.Enqueue(command);
            return Task.FromResult(
                View.Map(v => new OneOffTicket(
                    $"{command.Service}-0123456789-abcde",
                    v.Id,
                    command.Release ?? v.Release
                ))
            );
        }

        public Task<Result<StartedBy>> StartedByAsync(
            string processId,
            CancellationToken cancellationToken = default
        ) => Task.FromResult<Result<StartedBy>>(new StartedBy(grains.Starters.GetValueOrDefault(processId)));

        public Task<Result<Done>> StopProcessAsync(
            Caller caller,
            string processId,
            CancellationToken cancellationToken = default
        ) => DoneAsync(processId);

        public Task<Result<Done>> ReportReadyAsync(
            Caller caller,
            JobToken job,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<Result<Done>> ReportRolloutAsync(
            Caller caller,
            JobToken job,
            RolloutReport report,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<Result<Done>> ReportDeletedAsync(
            Caller caller,
            JobToken job,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<Result<Done>> ReportDriftAsync(
            Caller caller,
            string reason,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<Result<Done>> ReportDeniedAsync(
            Caller caller,
            JobToken job,
            string code,
            string reason,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<Result<ConvergeGoal>> GoalAsync(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        private Task<Result<Done>> DoneAsync(object command)
        {
            grains.Commands.Enqueue(command);
            return Task.FromResult(View.Map(_ => default(Done)));
        }
    }

    private sealed class Build(World world, FakeGrains grains, BuildRef build) : IBuildGrain
    {
        public Task<Result<BuildState>> StartAsync(
            Caller caller,
            StartBuild command,
            CancellationToken cancellationToken = default
        )
        {
            grains.Commands.Enqueue(command);
            var state = World.NewBuild(build) with
            {
                Status = BuildStatus.Running,
                Ended = null,
                Description = command.Description,
            };
            world.Views.Put(build.App.Org, ViewKinds.Build, $"{build.App.Rack.Rack}/{build.App.App}/{build.Id}", state);
            return Task.FromResult<Result<BuildState>>(state);
        }

        public async Task<Result<BuildState>> ImportAsync(
            Caller caller,
            StartBuild command,
            CancellationToken cancellationToken = default
        )
        {
            var started = await StartAsync(caller, command, cancellationToken);
            await grains.Imports.Writer.WriteAsync(build, cancellationToken);
            return started;
        }

        public async Task<Result<BuildState>> GetAsync(Caller caller, CancellationToken cancellationToken = default) =>
            await world.Views.GetAsync(
                build.App.Org,
                ViewKinds.Build,
                $"{build.App.Rack.Rack}/{build.App.App}/{build.Id}",
                cancellationToken
            )
                is { } row
                ? ViewJson.Read<BuildState>(row)
                : new NotFound("build.not_found", "no such build");

        public Task<Result<Done>> CancelAsync(Caller caller, CancellationToken cancellationToken = default)
        {
            grains.Commands.Enqueue($"cancel {build.Id}");
            return Task.FromResult(Result.Done);
        }

        public Task<Result<Done>> ReportImagesAsync(
            Caller caller,
            JobToken job,
            ImmutableSortedDictionary<string, string> images,
            string manifest,
            string entrypoint,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<Result<BuildState>> ReportCompletedAsync(
            Caller caller,
            JobToken job,
            string release,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<Result<Done>> ReportPrunedAsync(
            Caller caller,
            JobToken job,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public Task<Result<BuildState>> ReportFailedAsync(
            Caller caller,
            JobToken job,
            string reason,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();
    }

    private sealed class Rack(World world, FakeGrains grains, RackRef rack) : IRackGrain
    {
        public Task<Result<RackState>> RegisterAsync(
            Caller caller,
            RegisterRack command,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public async Task<Result<RackState>> GetAsync(Caller caller, CancellationToken cancellationToken = default) =>
            await world.Views.GetAsync(rack.Org, ViewKinds.Rack, rack.Rack, cancellationToken) is { } row
                ? ViewJson.Read<RackState>(row)
                : RackProblems.NotFound(rack);

        public Task<Result<Done>> SetEnvironmentAsync(
            Caller caller,
            string environment,
            CancellationToken cancellationToken = default
        ) => DoneAsync(environment);

        public Task<Result<Done>> SetParametersAsync(
            Caller caller,
            SetRackParameters command,
            CancellationToken cancellationToken = default
        ) => DoneAsync(command);

        public Task<Result<Done>> UpdateAsync(
            Caller caller,
            string version,
            CancellationToken cancellationToken = default
        ) => DoneAsync(version);

        public Task<Result<Done>> ReportUpdatedAsync(
            Caller caller,
            JobToken job,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        private Task<Result<Done>> DoneAsync(object command)
        {
            grains.Commands.Enqueue(command);
            return Task.FromResult(Result.Done);
        }
    }
}
