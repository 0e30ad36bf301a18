using Microsoft.Extensions.Logging;

namespace Palisade.Storage;

/// <summary>Runs the store's periodic tasks, each minute unless told otherwise, and once more at stop.</summary>
internal sealed partial class Upkeep : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Func<CancellationToken, Task>[] _tasks;
    private readonly ILogger _logger;
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;

    public Upkeep(Func<CancellationToken, Task>[] tasks, TimeProvider clock, ILogger logger, TimeSpan? period = null)
    {
        (_tasks, _logger, _timer) = (tasks, logger, new(period ?? Minute, clock));
        _loop = LoopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _loop;
        await RunAsync();
    }

    private async Task LoopAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            await RunAsync();
        }
    }

    private async Task RunAsync()
    {
        foreach (var task in _tasks)
        {
            try
            {
                await task(CancellationToken.None);
            }
#pragma warning disable CA1031 // One task that fails must not keep the others from running; the next round tries again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Failed(_logger, exception);
            }
        }
    }

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "A periodic task of the store failed")]
    private static partial void Failed(ILogger logger, Exception exception);
}
