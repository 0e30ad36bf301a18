using Palisade.Domain.Kernel;
using Palisade.Grains.Racks;
using Palisade.Web.Api;

namespace Palisade.Web.Components.Apps;

/// <summary>What a rack sees of processes by itself comes by no stream: pages are told here.</summary>
internal sealed class ProcessWatch(Records records, IProviders providers, TimeProvider time)
{
    /// <summary>It is looked again at least this often: a change may be lost with its rack's connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Changes closer together than this are one.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(60);

    /// <summary>Has the page look whenever the app's processes may have changed, until it is left.</summary>
    public async Task RunAsync(AppRef app, Func<Task> look, CancellationToken left)
    {
        try
        {
            while (!left.IsCancellationRequested)
            {
                await WaitAsync(app, left);
                await look();
                await Task.Delay(Together, time, left);
            }
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            // The page is left, or the app is gone.
        }
    }

    private async Task WaitAsync(AppRef app, CancellationToken left)
    {
        if (
            await records.RackAsync(app.Rack, null, left) is { } rack
            && providers.Find(rack).TryGet(out var provider, out _)
        )
        {
            await provider.WaitForChangeAsync(app, Patience, left);
        }
        else
        {
            await Task.Delay(Patience, time, left);
        }
    }
}
