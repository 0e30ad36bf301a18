using Palisade.Domain.Access;
using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Manifest;
using Palisade.Domain.Racks;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage;

namespace Palisade.Grains.Apps;

/// <summary>One-off processes: recorded by the app's grain first, then started on the rack. A grain never calls infrastructure itself.</summary>
public sealed class AppProcesses(IStore store, IProviders providers, ReleaseLoader releases, IRecorder recorder, IGrainFactory grains)
{
    /// <summary>Longest life of a one-off process.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(24);

    public async Task<Result<ObservedProcess>> RunAsync(Caller caller, AppRef app, RunOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var words = ShellWords.Split(options.Command);
        if (!words.TryGet(out var command, out var problem))
        {
            return Result.Fail<ObservedProcess>(problem);
        }

        var request = new RequestProcess { Service = options.Service, Release = options.Release, Command = new Sensitive<string>(options.Command) };
        var requested = await grains.GetGrain<IAppGrain>(app.ToString()).RequestProcessAsync(caller, request, cancellationToken);
        if (!requested.TryGet(out var ticket, out problem))
        {
            return Result.Fail<ObservedProcess>(problem);
        }

        var started = await StartAsync(app, ticket, options, command, cancellationToken);
        if (!started.Ok)
        {
            await recorder.RecordAsync(caller, Operations.ProcessRun, Resource.Of(app), Outcome.Failed(started.Problem), CancellationToken.None);
        }

        return started;
    }

    private async Task<Result<ObservedProcess>> StartAsync(
        AppRef app, OneOffTicket ticket, RunOptions options, System.Collections.Immutable.ImmutableArray<string> command, CancellationToken cancellationToken)
    {
        var rackRow = await store.Views.GetAsync(app.Org, ViewKinds.Rack, app.Rack.Rack, cancellationToken);
        var releaseRow = await store.Views.GetAsync(app.Org, ViewKinds.Release, $"{app.Rack.Rack}/{app.App}/{ticket.Release}", cancellationToken);
        var appRow = await store.Views.GetAsync(app.Org, ViewKinds.App, $"{app.Rack.Rack}/{app.App}", cancellationToken);
        if (rackRow is null || releaseRow is null || appRow is null)
        {
            return AppProblems.NotFound(app.App);
        }

        if (!providers.Find(ViewJson.Read<RackState>(rackRow)).TryGet(out var provider, out var problem))
        {
            return Result.Fail<ObservedProcess>(problem);
        }

        var view = ViewJson.Read<Domain.Releases.ReleaseView>(releaseRow);
        var loaded = await releases.LoadAsync(app, ticket.AppId, view.Id, view.Build, view.EnvironmentVersion, provider.Features, cancellationToken);
        if (!loaded.TryGet(out var release, out problem))
        {
            return Result.Fail<ObservedProcess>(problem);
        }

        var spec = release.Manifest.Service(options.Service);
        if (spec is null)
        {
            return AppProblems.NoSuchService(options.Service);
        }

        var service = DesiredBuilder.Service(app, ticket.AppId, release, spec, ViewJson.Read<AppView>(appRow).Current);
        if (!service.TryGet(out var desired, out problem))
        {
            return Result.Fail<ObservedProcess>(problem);
        }

        foreach (var (name, value) in options.Environment)
        {
            desired = desired with { Environment = new(desired.Environment.Reveal().SetItem(name, value)) };
        }

        return await provider.RunAsync(
            new OneOffProcess
            {
                App = app,
                AppId = ticket.AppId,
                ProcessId = ticket.ProcessId,
                Service = desired with { Volumes = [] },
                Command = command,
                Lifetime = options.Lifetime < MaxLifetime ? options.Lifetime : MaxLifetime,
                Cpu = options.Cpu,
                Memory = options.Memory,
            },
            cancellationToken);
    }
}
