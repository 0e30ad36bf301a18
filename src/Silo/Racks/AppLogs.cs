using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Palisade.Domain.Kernel;
using Palisade.Grains.Apps;
using Palisade.Racks;
using Palisade.Storage.Logs;

namespace Palisade.Silo.Racks;

/// <summary>Keeps what processes log, as much of each app as its bound admits (S08).</summary>
internal sealed class AppLogs(ILogStore store, IOptions<AppLimits> limits, TimeProvider time, ILogger<AppLogs> logger)
    : IAsyncDisposable
{
    /// <summary>An app that fell silent is told of what was dropped after this time.</summary>
    private static readonly TimeSpan TellAfter = TimeSpan.FromSeconds(1);

    /// <summary>What an app logged this long ago bounds nothing any more; many of them are deleted by then.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<AppRef, Rate> _rates = new();
    private readonly CancellationTokenSource _ending = new();
    private long _swept = time.GetTimestamp();

    private sealed class Rate(int bytesPerSecond)
    {
        /// <summary>One at a time, so that lines are stored in the order in which they were counted.</summary>
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public LogRate Lines { get; set; } = new(bytesPerSecond);

        public Task Telling { get; set; } = Task.CompletedTask;

        public long Used { get; set; }

        /// <summary>Another takes its place.</summary>
        public bool Forgotten { get; set; }
    }

    /// <summary>Apps whose lines are counted now.</summary>
    public int Counted => _rates.Count;

    public async ValueTask KeepAsync(
        AppRef app,
        string source,
        ImmutableArray<ProcessLogLine> lines,
        CancellationToken cancellationToken
    )
    {
        Sweep();
        var rate = await TurnAsync(app, cancellationToken);
        try
        {
            await StoreAsync(app, rate, rate.Lines.Take(source, lines), cancellationToken);
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

    /// <summary>Where reading a source goes on: all that is not stored up to there is given again.</summary>
    public async Task<string?> CursorAsync(AppRef app, string source, CancellationToken cancellationToken)
    {
        var rate = await TurnAsync(app, cancellationToken);
        try
        {
            rate.Lines = rate.Lines.ReadAgain(source);
            return await store.CursorAsync(Log(app), source, cancellationToken);
        }
        finally
        {
            rate.Turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_rates.Values.Select(rate => rate.Telling));
        _ending.Dispose();
    }

    public static string Log(AppRef app) => $"app/{app}";

    private async Task<Rate> TurnAsync(AppRef app, CancellationToken cancellationToken)
    {
        while (true)
        {
            var rate = _rates.GetOrAdd(app, _ => new Rate(limits.Value.LogBytesPerSecond));
            await rate.Turn.WaitAsync(cancellationToken);
            if (!rate.Forgotten)
            {
                rate.Used = time.GetTimestamp();
                return rate;
            }

            rate.Turn.Release();
        }
    }

    /// <summary>INVARIANT: what was not stored was not counted: it is read again.</summary>
    private async ValueTask StoreAsync(
        AppRef app,
        Rate rate,
        (LogRate After, ImmutableArray<LogLine> Stored) taken,
        CancellationToken cancellationToken
    )
    {
        await store.AppendAsync(Log(app), taken.Stored, cancellationToken);
        rate.Lines = taken.After;
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
                await StoreAsync(app, rate, rate.Lines.TellGaps(), _ending.Token);
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

    private void Sweep()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _swept)) < Idle)
        {
            return;
        }

        Volatile.Write(ref _swept, time.GetTimestamp());
        foreach (var (app, rate) in _rates)
        {
            // One that is in use is not idle.
            if (rate.Turn.Wait(0))
            {
                rate.Forgotten = !rate.Lines.HasGaps && time.GetElapsedTime(rate.Used) >= Idle;
                if (rate.Forgotten)
                {
                    _rates.TryRemove(app, out _);
                }

                rate.Turn.Release();
            }
        }
    }
}
