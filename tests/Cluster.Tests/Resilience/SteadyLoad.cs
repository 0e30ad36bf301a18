using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Palisade.Driver;

namespace Palisade.Cluster.Tests.Resilience;

/// <summary>
/// A steady load of GET requests through the router: half of them on connections that are kept, half on a new
/// connection each. Every request that does not get a 200 within its time is a failure, with its time and cause;
/// nothing is sent twice.
/// </summary>
internal sealed partial class SteadyLoad : IAsyncDisposable
{
    /// <summary>Longer than the router goes on trying: late is not lost.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What is later than that is not made up for.</summary>
    private static readonly TimeSpan Debt = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, long> _answers = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Task[] _workers;
    private readonly byte[] _keep;
    private readonly byte[] _close;
    private readonly int _port;
    private long _sent;
    private long _slowest;

    /// <param name="port">The router's.</param>
    /// <param name="host">The service's host name.</param>
    /// <param name="perSecond">Requests per second, all together.</param>
    /// <param name="path">What is asked for.</param>
    public SteadyLoad(int port, string host, int perSecond = 250, string path = "/")
    {
        _port = port;
        _keep = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n");
        _close = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
        var pause = TimeSpan.FromSeconds((double)SteadyRate.AtOnce / perSecond);
        _workers =
        [
            .. Enumerable.Range(0, SteadyRate.AtOnce).Select(i => Task.Run(() => RunAsync(i, keep: i % 2 == 0, pause))),
        ];
    }

    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Milliseconds of the slowest answer so far.</summary>
    public long Slowest => Interlocked.Read(ref _slowest);

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>How often each body was answered.</summary>
    public IReadOnlyDictionary<string, long> Answers => _answers;

    public double PerSecond => Sent / _clock.Elapsed.TotalSeconds;

    /// <summary>A line in the list of failures that says what the test did then.</summary>
    public void Mark(string what) => _marks.Enqueue((_clock.Elapsed, what));

    private readonly ConcurrentQueue<(TimeSpan At, string What)> _marks = new();
    private readonly ConcurrentQueue<(TimeSpan At, string What)> _slow = new();

    /// <summary>Fails with all that went wrong, among what the test did.</summary>
    public void AssertNoneLost()
    {
        Assert.True(_failures.IsEmpty, ToString());
        Assert.True(Sent > 0, "no request was made");
    }

    /// <summary>Waits until so many more requests were made.</summary>
    public Task MoreAsync(long requests)
    {
        var enough = Sent + requests;
        return Poll.UntilAsync(() => Sent >= enough, TimeSpan.FromMinutes(2), $"{requests} more requests");
    }

    /// <summary>
    /// Waits until as many requests were made as <see cref="SteadyRate"/> may ask for in the time so far.
    /// </summary>
    public Task PromisedAsync() =>
        Poll.UntilAsync(
            () => SteadyRate.IsKept(Sent, _clock.Elapsed),
            TimeSpan.FromMinutes(2),
            "as many requests as are promised to lose none"
        );

    public override string ToString() =>
        $"{Sent} requests, {PerSecond:0}/s, slowest {Slowest} ms, {_failures.Count} lost\n"
        + string.Join(
            '\n',
            _marks
                .Concat(_slow.Take(20))
                .Select(m => Line(m.At, "--- " + m.What))
                .Concat(_failures.Take(40))
                .Order(StringComparer.Ordinal)
        );

    /// <summary>Ends the load; requests under way may end.</summary>
    public async Task StopAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_workers);
        _clock.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ending.Dispose();
    }

    private static string Line(TimeSpan at, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds, 8:0.000} {text}");

    private async Task RunAsync(int number, bool keep, TimeSpan pause)
    {
        TcpClient? client = null;
        var next = _clock.Elapsed + (pause * Random.Shared.NextDouble());
        try
        {
            while (true)
            {
                // A slow answer does not make the load lighter: what is late is sent at once. A machine that can't make
                // as many sends fewer, rather than to spend all that it has on catching up.
                if (next - _clock.Elapsed is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, _ending.Token);
                }

                _ending.Token.ThrowIfCancellationRequested();
                var start = _clock.Elapsed;
                next = next + pause > start - Debt ? next + pause : start;
                var (used, fresh) = (0, client is null);
                try
                {
                    using var limit = new CancellationTokenSource(Limit);
                    client = await UsableAsync(client, limit.Token);
                    fresh = client.ReceiveTimeout == 0;
                    used = client.ReceiveTimeout;
                    client.ReceiveTimeout++;
                    Interlocked.Increment(ref _sent);
                    var again = await AskAsync(client, keep ? _keep : _close, limit.Token);
                    if (!keep || !again)
                    {
                        client.Dispose();
                        client = null;
                    }
                }
                catch (Exception e)
                    when (e is IOException or SocketException or InvalidDataException or OperationCanceledException)
                {
                    client?.Dispose();
                    client = null;
                    var kind = fresh ? "new connection" : $"request {used + 1} of a kept connection";
                    _failures.Enqueue(
                        Line(
                            start,
                            $"worker {number}, {kind}, after {(_clock.Elapsed - start).TotalMilliseconds:0} ms: {e.GetType().Name} {e.Message}"
                        )
                    );
                }

                var took = (long)(_clock.Elapsed - start).TotalMilliseconds;
                if (took > 500)
                {
                    _slow.Enqueue((start, $"slow: worker {number}, {(keep ? "kept" : "new")}, {took} ms"));
                }

                for (
                    var slowest = Slowest;
                    took > slowest && Interlocked.CompareExchange(ref _slowest, took, slowest) != slowest;
                    slowest = Slowest
                ) { }
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The load ends.
        }
        finally
        {
            client?.Dispose();
        }
    }
}
