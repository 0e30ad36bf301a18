using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>Taking steps: what changes containers, routes and networks.</summary>
public sealed partial class LocalRackProvider
{
    public async Task<Result<Done>> ApplyAsync(
        DesiredApp desired,
        PlanStep step,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(step);
        var rack = Rack(desired.App.Rack);
        var done = false;
        try
        {
            var result = step switch
            {
                EnsureNetwork => await NetworkAsync(rack, desired.AppId, cancellationToken),
                StartProcess start => await StartAsync(rack, desired, start, cancellationToken),
                RemoveProcess remove => await RemoveAsync(rack, desired, remove, cancellationToken),
                SetRoute route => await RouteAsync(rack, desired, route, cancellationToken),
                RemoveRoute route => await UnrouteAsync(rack, desired.AppId, route.Address, cancellationToken),
                _ => throw new InvalidOperationException($"Unknown step {step.GetType().Name}."),
            };
            rack.Problems.Note(desired, step, result);
            done = result.Ok;
            return result;
        }
        catch (Exception e) when (EngineTrouble(e) is { } problem)
        {
            rack.Problems.Note(desired, step, problem);
            return problem;
        }
        finally
        {
            if (!done)
            {
                rack.Doubt();
            }

            rack.Watch.Wake(desired.App);
        }
    }

    public async Task<Result<Done>> DeleteAppAsync(
        AppRef app,
        string appId,
        CancellationToken cancellationToken = default
    )
    {
        var rack = Rack(app.Rack);
        try
        {
            var unrouted = await rack.Routes.RemoveAsync(r => r.AppId == appId, cancellationToken);
            if (!unrouted.Ok)
            {
                return unrouted;
            }

            await rack.LookAsync(cancellationToken);
            var mine = rack.Watch.Seen.Values.Where(c => c.Labels.AppId == appId).ToArray();
            var removed = await Task.WhenAll(
                mine.Select(c => RemoveAsync(rack, c, TimeSpan.Zero, TimeSpan.FromSeconds(10), cancellationToken))
            );
            if (removed.Where(r => !r.Ok).Select(r => r.Problem).FirstOrDefault() is { } problem)
            {
                return problem;
            }

            rack.Problems.Forget(appId);
            await rack.RemoveNetworkAsync(appId, cancellationToken);
            await ReleaseVipsAsync(rack, appId, _ => true, cancellationToken);
            foreach (
                var image in await rack.Engine.Client.ListImagesAsync(
                    [$"{ContainerLabels.AppIdKey}={appId}"],
                    cancellationToken
                )
            )
            {
                await rack.Engine.Client.RemoveImageAsync(image.Id, force: true, cancellationToken);
            }

            var volumes = VolumeRoot(rack, appId);
            if (Directory.Exists(volumes))
            {
                Directory.Delete(volumes, recursive: true);
            }

            rack.Disk.Forget(appId);
            _promises.Forget(appId);

            await rack.LookAsync(cancellationToken);
            return Result.Done;
        }
        catch (Exception e) when (EngineTrouble(e) is { } trouble)
        {
            return trouble;
        }
    }

    /// <summary>
    /// What may go away by itself: the engine is away or slow, or a file of its is. Null for anything else.
    /// </summary>
    private static Unavailable? EngineTrouble(Exception e) =>
        e is EngineException or TimeoutException or IOException
            ? new Unavailable("rack.engine", e.Message.Replace("%", "", StringComparison.Ordinal))
            : null;

    private static async Task<Result<Done>> NetworkAsync(
        LocalRack rack,
        string appId,
        CancellationToken cancellationToken
    )
    {
        await rack.EnsureNetworkAsync(appId, cancellationToken);
        return Result.Done;
    }

    private static Task<Result<Done>> RemoveAsync(
        LocalRack rack,
        DesiredApp desired,
        RemoveProcess step,
        CancellationToken cancellationToken
    ) =>
        Find(rack, desired.AppId, step.ProcessId) is { } container
            ? RemoveAsync(
                rack,
                container,
                TimeSpan.FromSeconds(step.Drain),
                TimeSpan.FromSeconds(step.Grace),
                cancellationToken
            )
            : Task.FromResult(Result.Done);

    /// <summary>
    /// INVARIANT: marked before the first await; out of its route, with its requests answered, before it is told to
    /// stop.
    /// </summary>
    private static async Task<Result<Done>> RemoveAsync(
        LocalRack rack,
        SeenContainer container,
        TimeSpan drain,
        TimeSpan grace,
        CancellationToken cancellationToken
    )
    {
        var process = container.Labels.ProcessId;
        // Two may ask at once: a person and a plan. The second waits for nothing and finds it gone later.
        if (!rack.Removing.TryAdd(process, 0))
        {
            return new Conflict("process.leaving", $"process {process} is being removed already");
        }

        try
        {
            await Task.Yield();
            var key = $"{container.Labels.AppId}-{container.Labels.Service}";
            if (rack.Routes.Routes.GetValueOrDefault(key)?.Servers.Any(s => s.ProcessId == process) == true)
            {
                // One that has ended has nothing to drain, but leaves its route first too.
                var limit = container.State == ProcessPhase.Running ? drain : TimeSpan.Zero;
                var drained = await rack.Routes.DrainAsync(
                    key,
                    process,
                    limit,
                    () => rack.Watch.Wake(container.Labels.App),
                    cancellationToken
                );
                if (!drained.Ok)
                {
                    return drained;
                }
            }

            await rack.RemoveContainerAsync(container, grace, cancellationToken);
            await rack.LookAsync(cancellationToken);
            return Result.Done;
        }
        finally
        {
            rack.Removing.TryRemove(process, out _);
        }
    }
}
