using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Racks;

namespace Palisade.Web.Api;

/// <summary>Starts one-off processes.</summary>
internal sealed class OneOffs(IGrainFactory grains, IReleaseShapes shapes)
{
    /// <summary>Whoever asks was allowed <c>process.run</c>; the grain decides it again.</summary>
    public async Task<Result<ObservedProcess>> StartAsync(
        Caller caller,
        AppOnRack app,
        OneOffWish wish,
        CancellationToken cancellationToken
    )
    {
        // Before anything is recorded: what can't run leaves no trace as if it had.
        var release = wish.Release ?? app.App.Release;
        if (release.Length == 0)
        {
            return AppProblems.NothingRuns(app.App.Name);
        }

        var loaded = await shapes.ServicesAsync(app.App, release, app.Live.Features, cancellationToken);
        if (!loaded.TryGet(out var services, out var problem))
        {
            return Result.Fail<ObservedProcess>(problem);
        }

        if (services.FirstOrDefault(s => s.Name == wish.Service) is not { } service)
        {
            return AppProblems.NoSuchService(wish.Service);
        }

        var command = new RequestProcess
        {
            Service = service.Name,
            Release = release,
            Command = new Sensitive<string>(wish.CommandText),
        };
        var requested = await grains
            .GetGrain<IAppGrain>(app.App.Ref.ToString())
            .RequestProcessAsync(caller, command, cancellationToken);
        if (!requested.TryGet(out var ticket, out problem))
        {
            return Result.Fail<ObservedProcess>(problem);
        }

        var variables =
            wish.Environment.Count == 0
                ? service.Environment
                : new(service.Environment.Reveal().SetItems(wish.Environment));
        var process = new OneOffProcess
        {
            App = app.App.Ref,
            AppId = ticket.AppId,
            ProcessId = ticket.ProcessId,
            Service = service with { Environment = variables },
            Command = wish.Command,
            Lifetime = wish.Lifetime,
            Cpu = wish.Cpu,
            Memory = wish.Memory,
        };

        // Recorded: it is carried out even if who asked leaves now.
        return await app.Live.RunAsync(process, CancellationToken.None);
    }
}
