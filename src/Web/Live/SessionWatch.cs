using System.Threading.Channels;
using Palisade.Storage;

namespace Palisade.Web.Live;

/// <summary>
/// Ends the circuits of sessions that no longer hold, or whose person may do something else than when they were opened,
/// at most 5 s after (console.md 13): at once when a credential, an account or an organization changed through this
/// process, and every few seconds for expiry and for what other processes did.
/// </summary>
internal sealed partial class SessionWatch(
    CircuitRegistry circuits,
    AccessStamps access,
    IStore store,
    TimeProvider time,
    ILogger<SessionWatch> logger
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var changed = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
        );
        try
        {
            await Task.WhenAll(
                ListenAsync("install/", changed.Writer, stoppingToken),
                ListenAsync("user/", changed.Writer, stoppingToken),
                ListenAsync("org/", changed.Writer, stoppingToken),
                CheckAsync(changed.Reader, stoppingToken)
            );
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task ListenAsync(string prefix, ChannelWriter<bool> changed, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await foreach (var _ in store.Changes.SubscribeAsync(prefix, stop))
                {
                    changed.TryWrite(true);
                }
            }
#pragma warning disable CA1031 // Without it, only what is looked at every few seconds would end a session.
            catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                Deaf(logger, e, prefix);
            }

            await Task.Delay(Every, time, stop);
        }
    }

    private async Task CheckAsync(ChannelReader<bool> changed, CancellationToken stop)
    {
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var tick = Task.Delay(Every, time, patience.Token);
            await Task.WhenAny(tick, changed.WaitToReadAsync(patience.Token).AsTask());
            stop.ThrowIfCancellationRequested();
            await patience.CancelAsync();
            changed.TryRead(out _);
            foreach (var (session, before) in circuits.Sessions)
            {
                await LookAsync(session, before, stop);
            }
        }
    }

    private async Task LookAsync(string session, string before, CancellationToken stop)
    {
        try
        {
            if (await access.OfAsync(session, stop) == before)
            {
                return;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // SECURITY (S14): a session that can't be proven is over. Not only what is no cancellation: a time-out of
            // something below says that it is one.
            Unproven(logger, e);
        }

        circuits.End(session);
    }

    [LoggerMessage(1, LogLevel.Error, "A session could not be looked at again; its circuits end.")]
    private static partial void Unproven(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Changes of {Prefix} could not be heard any more; they are subscribed to again.")]
    private static partial void Deaf(ILogger logger, Exception exception, string prefix);
}
