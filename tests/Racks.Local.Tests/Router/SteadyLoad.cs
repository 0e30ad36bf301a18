using System.Collections.Concurrent;
using System.Diagnostics;
using Palisade.Driver;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>
/// At least 200 GETs a second until stopped: half on keep-alive connections, half each on a connection of its own. No
/// client retries: an answer other than 200, or none, is a lost request.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    public const int Lanes = 12;

    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<string> _lost = new();
    private readonly ConcurrentDictionary<string, int> _byBackend = new();
    private readonly Task[] _lanes;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _sent;

    public SteadyLoad(int port, string host)
    {
        _lanes =
        [
            .. Enumerable
                .Range(0, Lanes)
                .Select(lane => Task.Run(() => RunAsync(port, host, keepAlive: lane % 2 == 0))),
        ];
    }

    public int Sent => _sent;

    public IReadOnlyDictionary<string, int> ByBackend => _byBackend;

    /// <summary>Waits for that many further requests.</summary>
    public async Task MoreAsync(int requests)
    {
        var goal = _sent + requests;
        await Eventually.TrueAsync(() => Task.FromResult(_sent >= goal), $"{requests} further requests");
    }

    /// <summary>
    /// Waits until as many requests were made as <see cref="SteadyRate"/> may ask for in the time so far.
    /// </summary>
    public Task PromisedAsync() =>
        Eventually.TrueAsync(
            () => Task.FromResult(SteadyRate.IsKept(_sent, _clock.Elapsed)),
            "as many requests as are promised to lose none"
        );

    public async Task<(int Sent, string[] Lost)> StopAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_lanes);
        return (_sent, [.. _lost]);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ending.Dispose();
    }

    private async Task RunAsync(int port, string host, bool keepAlive)
    {
        // Connections are pooled by hand: HttpClient would try a GET again by itself.
        using var connection = new PlainHttp(port);
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var (status, body) = await connection.GetAsync("/", host, keepAlive);
                if (status == 200)
                {
                    _byBackend.AddOrUpdate(body.Split('\n')[0], 1, (_, count) => count + 1);
                }
                else
                {
                    _lost.Enqueue($"{_clock.Elapsed.TotalSeconds:F3}s status {status}: {body}");
                }
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
            {
                _lost.Enqueue($"{_clock.Elapsed.TotalSeconds:F3}s {(keepAlive ? "kept" : "new")}: {e.Message}");
                connection.Close();
            }

            Interlocked.Increment(ref _sent);
            await Task.Delay(10);
        }
    }
}
