using System.Diagnostics;

namespace Palisade.Driver;

/// <summary>
/// Calls one after the other while something is waited for: the slowest of them is what a busy machine adds to a time
/// that the product promises.
/// </summary>
public sealed class SlowestCall : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly Task _calling;
    private long _slowest;

    private SlowestCall(Func<CancellationToken, Task> call) => _calling = RunAsync(call);

    public static SlowestCall Of(Func<CancellationToken, Task> call) => new(call);

    /// <summary>With the one that is under way.</summary>
    public async Task<TimeSpan> EndAsync()
    {
        await DisposeAsync();
        return TimeSpan.FromTicks(Interlocked.Read(ref _slowest));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_over.IsCancellationRequested)
        {
            await _over.CancelAsync();
        }

        await _calling;
    }

    private async Task RunAsync(Func<CancellationToken, Task> call)
    {
        while (!_over.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            await call(CancellationToken.None);
            Interlocked.Exchange(ref _slowest, Math.Max(_slowest, clock.Elapsed.Ticks));
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}
