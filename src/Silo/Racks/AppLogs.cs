using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Racks;
using Palisade.Storage;

namespace Palisade.Silo.Racks;

/// <summary>Keeps what processes log, as much of each app as its bound admits (S08).</summary>
public sealed class AppLogs(IStore store, IOptions<AppLimits> limits, TimeProvider time, ILogger<AppLogs> logger)
    : IAsyncDisposable
{
    /// <summary>An app that fell silent is told of what was dropped after this time.</summary>
    private static readonly TimeSpan TellAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<AppRef, Rate> _rates = new();
    private readonly CancellationTokenSource _ending = new();

    private sealed record Rate(LogRate Lines)
    {
        /// <summary>One at a time, so that lines are stored in the order in which they were counted.</summary>
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public Task Telling { get; set; } = Task.CompletedTask;
    }

    public async ValueTask KeepAsync(
        AppRef app,
        string source,
        ImmutableArray<ProcessLogLine> lines,
        CancellationToken cancellationToken
    )
    {
        var rate = _rates.GetOrAdd(app, _ => new Rate(new LogRate(limits.Value.LogBytesPerSecond)));
        await rate.Turn.WaitAsync(cancellationToken);
        try
        {
            await store.Logs.AppendAsync(Log(app), [.. rate.Lines.Take(source, lines)], cancellationToken);
            if (rate.Lines.HasGaps && rate.Telling.IsCompleted)
            {
                rate.Telling = TellAsync(app, rate);
            }
        }
        finally
        {
            rate.Turn.Release();
        }
    }

    public static string Log(AppRef app) => $"app/{app}";

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_rates.Values.Select(rate => rate.Telling));
        _ending.Dispose();
    }

    /// <summary>Not at the end of the server: what was not told is read and counted again by the next one.</summary>
    private async Task TellAsync(AppRef app, Rate rate)
    {
        try
        {
            await Task.Delay(TellAfter, time, _ending.Token);
            await rate.Turn.WaitAsync(_ending.Token);
            try
            {
                await store.Logs.AppendAsync(Log(app), [.. rate.Lines.TellGaps()], _ending.Token);
            }
            finally
            {
                rate.Turn.Release();
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // See above.
        }
#pragma warning disable CA1031 // Nobody waits for this task; the log itself is broken, which its writers see.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogGapNotTold(e, app.ToString());
        }
    }
}
