using Palisade.Domain.Apps;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage;
using Palisade.Storage.Views;

namespace Palisade.Silo.Racks;

/// <summary>
/// After a start: makes this node's racks ready, adopting what runs, and has every app looked at that should run or was
/// changing.
/// </summary>
public sealed class RackStartup(
    IStore store,
    IProviders providers,
    IRackEvents events,
    TimeProvider time,
    ILogger<RackStartup> logger
) : BackgroundService
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            var racks = new List<RackState>();
            await UntilDoneAsync(async () => racks = await RacksAsync(store, stoppingToken), stoppingToken);
            await Task.WhenAll(
                racks.Select(rack => UntilDoneAsync(() => StartAsync(rack, stoppingToken), stoppingToken))
            );
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Every rack of every organization.</summary>
    public static async Task<List<RackState>> RacksAsync(IStore store, CancellationToken cancellationToken)
    {
        var racks = new List<RackState>();
        await foreach (var org in store.Views.AllAsync(new("", ViewKinds.Org, ""), cancellationToken))
        {
            await foreach (var rack in store.Views.AllAsync(new(org.Key, ViewKinds.Rack, ""), cancellationToken))
            {
                racks.Add(ViewJson.Read<RackState>(rack.Json));
            }
        }

        return racks;
    }

    /// <summary>
    /// Does it again when the store was away in the middle of it, or the rack threw: one that can't be made ready keeps
    /// nobody from the others or from the console.
    /// </summary>
    private async Task UntilDoneAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
#pragma warning disable CA1031 // Whatever it is: a server that has no racks ready still has a console.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                logger.LogStartFailed(e);
            }

            await Task.Delay(RetryEvery, time, cancellationToken);
        }
    }

    private async Task StartAsync(RackState rack, CancellationToken cancellationToken)
    {
        if (!providers.FindAny(rack).TryGet(out var provider, out var problem))
        {
            logger.LogNotReady(rack.Ref.ToString(), problem.Text);
            return;
        }

        while (await provider.EnsureRackAsync(rack, cancellationToken) is { Ok: false } ensured)
        {
            logger.LogNotReady(rack.Ref.ToString(), ensured.Problem.Text);
            await Task.Delay(RetryEvery, time, cancellationToken);
        }

        var apps = new ViewQuery(rack.Org, ViewKinds.App, $"{rack.Name}/");
        await foreach (var row in store.Views.AllAsync(apps, cancellationToken))
        {
            var app = ViewJson.Read<AppView>(row.Json);
            if (app.Release.Length > 0 || app.Status != AppStatus.Running)
            {
                await events.DriftAsync(app.Ref, "the server has started", cancellationToken);
            }
        }
    }
}
