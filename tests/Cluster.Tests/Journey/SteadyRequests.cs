using System.Collections.Concurrent;

namespace Palisade.Cluster.Tests.Journey;

/// <summary>
/// Asks a service again and again while something else happens, and notes every answer that is not 200.
/// </summary>
public sealed class SteadyRequests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task _asking;
    private int _answered;

    private SteadyRequests(JourneyServer host, string app) => _asking = AskAsync(host, app);

    public static SteadyRequests Of(JourneyServer host, string app) => new(host, app);

    /// <summary>Ends the asking. Fails when any request did, or when there were too few to mean anything.</summary>
    public async Task MustHaveBeenAnsweredAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        Assert.True(
            _failures.IsEmpty,
            $"{_failures.Count} of {_answered + _failures.Count} requests were not answered:\n{string.Join('\n', _failures.Take(10))}"
        );
        Assert.True(_answered > 10, $"only {_answered} requests were made");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }

    private async Task AskAsync(JourneyServer host, string app)
    {
        while (!_stop.IsCancellationRequested)
        {
            var answer = await host.GetAsync(host.HostOf(app), "/healthz");
            if (answer.Status == 200)
            {
                _answered++;
            }
            else
            {
                _failures.Enqueue($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {answer}");
            }

            await Task.Delay(20);
        }
    }
}
