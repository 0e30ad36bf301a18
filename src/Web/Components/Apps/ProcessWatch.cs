using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Web.Api;
using Palisade.Web.Live;

namespace Palisade.Web.Components.Apps;

/// <summary>What a rack sees of itself and of processes comes by no stream: pages are told here.</summary>
internal sealed partial class ProcessWatch(
    Records records,
    IProviders providers,
    PageRacks racks,
    CircuitSession session,
    TimeProvider time,
    ILogger<ProcessWatch> logger
)
{
    /// <summary>It is looked again at least this often: a change may be lost with its rack's connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Changes closer together than this are one.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(60);

    /// <summary>A rack that is just starting is looked at again after this time.</summary>
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(1);

    /// <summary>A rack of another node that does not answer is asked again after this time.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(5);

    /// <summary>Has the page look whenever the app's processes may have changed, until it is left.</summary>
    public Task RunAsync(AppRef app, Func<Task> look, CancellationToken left) =>
        RunAsync(
            app.Rack,
            Operations.AppGet,
            Resource.Of(app),
            rack => rack.WaitForChangeAsync(app, Patience, left),
            look,
            left
        );

    /// <summary>The same for the rack and all processes on it.</summary>
    public Task RunAsync(RackRef rack, Func<Task> look, CancellationToken left) =>
        RunAsync(
            rack,
            Operations.RackGet,
            Resource.Of(rack),
            live => live.WaitForChangeAsync(rack, Patience, left),
            look,
            left
        );

    /// <param name="operation">What shows the page.</param>
    private async Task RunAsync(
        RackRef rack,
        Operation operation,
        Resource resource,
        Func<ILiveRack, Task> wait,
        Func<Task> look,
        CancellationToken left
    )
    {
        while (!left.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(rack, operation, resource, wait, left);
                await look();
                await Task.Delay(Together, time, left);
            }
#pragma warning disable CA1031 // A watch that ends would leave a page that looks live and hears of nothing.
            catch (Exception) when (left.IsCancellationRequested)
            {
                // The page is left, or what it shows is gone.
            }
            catch (Exception e)
#pragma warning restore CA1031
            {
                Failed(logger, e, rack.ToString());
                await Task.Delay(Silent, time, left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WaitAsync(
        RackRef rack,
        Operation operation,
        Resource resource,
        Func<ILiveRack, Task> wait,
        CancellationToken left
    )
    {
        if (
            await records.RackAsync(rack, null, left) is not { } state
            || !(await session.CallerAsync(rack.Org, left)).TryGet(out var caller, out _)
        )
        {
            await Task.Delay(Patience, time, left);
            return;
        }

        if (
            !(await racks.LiveAsync(caller, operation, resource, state, left)).TryGet(out var live, out _)
            || !await WaitedAsync(wait(live))
        )
        {
            await Task.Delay(providers.IsElsewhere(state) ? Silent : Starting, time, left);
        }
    }

    /// <summary>False: the rack, or its node, could not tell.</summary>
    private static async Task<bool> WaitedAsync(Task change)
    {
        try
        {
            await change;
            return true;
        }
        catch (Exception e) when (RackFaults.Of(e) is not null)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "What a page shows of {Rack} could not be watched; it is tried again.")]
    private static partial void Failed(ILogger logger, Exception exception, string rack);
}
