using System.Net;
using System.Net.Sockets;
using Palisade.Web.Streams;

namespace Palisade.Web.Tests.Streams;

/// <summary>A client whose machine vanishes closes nothing.</summary>
public sealed class SilenceTests
{
    private static readonly byte[] Ping = [0x89, 0x80, 1, 2, 3, 4];

    [Fact]
    public async Task S29_a_client_that_says_nothing_is_taken_for_gone_and_one_that_pings_is_not()
    {
        var time = new HastyTime();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (pinging, pinger) = await PairAsync(listener, time);
        using var ending = new CancellationTokenSource();
        var pings = PingAsync(pinger, ending.Token);
        var (silent, mute) = await PairAsync(listener, time);

        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = silent.Gone.Register(gone.SetResult);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.False(pinging.Gone.IsCancellationRequested);
        await ending.CancelAsync();
        await pings;
        await silent.DisposeAsync();
        await pinging.DisposeAsync();
        mute.Dispose();
        pinger.Dispose();
    }

    private static async Task<(WireSocket Server, TcpClient Client)> PairAsync(TcpListener listener, TimeProvider time)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        return (new WireSocket((await listener.AcceptTcpClientAsync()).GetStream(), time), client);
    }

    private static async Task PingAsync(TcpClient client, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await client.GetStream().WriteAsync(Ping, default);
            await Task.Delay(50, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Twenty seconds of it pass in one.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private const int Factor = 20;

        public override long GetTimestamp() => base.GetTimestamp() * Factor;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

        private static TimeSpan Shorter(TimeSpan time) => time > TimeSpan.Zero ? time / Factor : time;
    }
}
