using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Domain.Racks;
using Palisade.Grains;
using Palisade.Grains.Access;
using Palisade.Grains.Racks;
using Palisade.Racks;
using Palisade.Storage;

namespace Palisade.Silo.Racks;

/// <summary>
/// Takes away what builds left on this node's racks and nothing needs any more, and records it. What it does not come
/// to, since builds run or the server ends, it finds the next time.
/// </summary>
public sealed partial class ImageSweep(
    IStore store,
    IProviders providers,
    IRecorder recorder,
    ILogger<ImageSweep> logger
)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var rack in await RackStartup.RacksAsync(store, cancellationToken))
        {
            // Another node's rack is its own to sweep.
            if (!providers.IsElsewhere(rack) && providers.Find(rack).TryGet(out var provider, out _))
            {
                try
                {
                    await SweepAsync(rack, provider, cancellationToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Those after it have theirs.
                    LogFailed(e, rack.Ref.ToString());
                }
            }
        }
    }

    private async Task SweepAsync(RackState rack, IRackProvider provider, CancellationToken cancellationToken)
    {
        var swept = await provider.RemoveLeftImagesAsync(rack.Ref, cancellationToken);
        if (!swept.TryGet(out var left, out var problem))
        {
            LogNotSwept(rack.Ref.ToString(), problem.Code);
            return;
        }

        if (!left.IsNothing)
        {
            await recorder.RecordAsync(
                Callers.OfLog(rack.Org),
                Operations.RackPrune,
                Resource.Of(rack.Ref),
                Outcome.With(
                    ("images", Printable.Line(string.Join(' ', left.Bases), 500)),
                    ("layers", left.Layers.ToString(CultureInfo.InvariantCulture))
                ),
                cancellationToken
            );
        }
    }

    [LoggerMessage(3213, LogLevel.Information, "Unused images of rack {Rack} are left to the next sweep: {Code}")]
    private partial void LogNotSwept(string rack, string code);

    [LoggerMessage(3214, LogLevel.Warning, "Unused images of rack {Rack} could not be looked at.")]
    private partial void LogFailed(Exception exception, string rack);
}
