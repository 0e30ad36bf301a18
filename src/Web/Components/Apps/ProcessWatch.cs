using Palisade.Domain.Kernel;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Apps;

/// <summary>What a rack sees of itself and of processes comes by no stream: pages are told here.</summary>
internal sealed class ProcessWatch(Records records, IProviders providers, TimeProvider time)
{
    /// <summary>It is looked again at least this often: a change may be lost with its rack's connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Changes closer together than this are one.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(60);

    /// <summary>A rack that is just starting is looked at again after this time.</summary>
    private static readonly TimeSpan Starting = TimeSpan.FromSeconds(1);

    /// <summary>Has the page look whenever the app's processes may have changed, until it is left.</summary>
    public Task RunAsync(AppRef app, Func<Task> look, CancellationToken left) =>
        RunAsync(app.Rack, provider => provider.WaitForChangeAsync(app, Patience, left), look, left);

    /// <summary>The same for the rack and all processes on it.</summary>
    public Task RunAsync(RackRef rack, Func<Task> look, CancellationToken left) =>
        RunAsync(rack, provider => provider.WaitForChangeAsync(rack, Patience, left), look, left);

    private async Task RunAsync(RackRef rack, Func<IRackProvider, Task> wait, Func<Task> look, CancellationToken left)
    {
        try
        {
            while (!left.IsCancellationRequested)
            {
                await WaitAsync(rack, wait, left);
                await look();
                await Task.Delay(Together, time, left);
            }
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            // The page is left, or what it shows is gone.
        }
    }

    private async Task WaitAsync(RackRef rack, Func<IRackProvider, Task> wait, CancellationToken left)
    {
        if (await records.RackAsync(rack, null, left) is not { } state)
        {
            await Task.Delay(Patience, time, left);
        }
        else if (providers.Find(state).TryGet(out var provider, out _))
        {
            await wait(provider);
        }
        else
        {
            await Task.Delay(providers.IsElsewhere(state) ? Patience : Starting, time, left);
        }
    }
}
