using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Logs;

/// <summary>Logs as sealed files below one folder.</summary>
#pragma warning disable CA1001 // Not disposable on purpose: see CloseAsync.
internal sealed partial class FileLogStore : ILogStore
#pragma warning restore CA1001
{
    // With the time to write, within the 100 ms that a line may be buffered.
    private static readonly TimeSpan FlushDelay = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan IdleFor = TimeSpan.FromMinutes(5);

    private readonly string _root;
    private readonly IDataKeys _keys;
    private readonly LogLimits _limits;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LogFile> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unwritten = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public FileLogStore(string root, IDataKeys keys, LogLimits limits, TimeProvider clock, ILogger logger)
    {
        (_root, _keys, _limits, _clock, _logger) = (root, keys, limits, clock, logger);
        PrivateFiles.CreateFolder(root);
        _loop = Task.Run(WriteLoopAsync);
    }

    public async ValueTask AppendAsync(
        string log,
        ImmutableArray<LogLine> lines,
        CancellationToken cancellationToken = default
    )
    {
        if (lines.IsDefaultOrEmpty)
        {
            return;
        }

        ImmutableArray<LogLine> cleaned = [.. lines.Select(LogText.Clean)];
        using var lease = await AcquireAsync(log, cancellationToken);
        if (lease.File.Add(cleaned))
        {
            await lease.File.FlushAsync(sync: false, cancellationToken);
            return;
        }

        lock (_gate)
        {
            if (!_unwritten.Add(log) || _unwritten.Count > 1)
            {
                return;
            }
        }

        _work.Release();
    }

    public async Task FlushAsync(string log, CancellationToken cancellationToken = default)
    {
        using var lease = await AcquireAsync(log, cancellationToken);
        await lease.File.FlushAsync(sync: true, cancellationToken);
    }

    public async IAsyncEnumerable<LogLine> ReadAsync(
        string log,
        LogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var lease = await AcquireAsync(log, cancellationToken);
        await lease.File.FlushAsync(sync: false, cancellationToken);
        await foreach (var line in LogReader.ReadAsync(lease.File, query, cancellationToken))
        {
            yield return line;
        }
    }

    public async Task CompleteAsync(
        string log,
        ImmutableArray<LogLine> last,
        CancellationToken cancellationToken = default
    )
    {
        using var lease = await AcquireAsync(log, cancellationToken);
        await lease.File.CompleteAsync([.. last.Select(LogText.Clean)], cancellationToken);
    }

    public async Task<string?> CursorAsync(string log, string source, CancellationToken cancellationToken = default)
    {
        using var lease = await AcquireAsync(log, cancellationToken);
        return lease.File.Cursor(source);
    }

    public async Task DeleteAsync(string log, CancellationToken cancellationToken = default)
    {
        using var lease = await AcquireAsync(log, cancellationToken);
        await lease.File.DeleteAsync(cancellationToken);
        lock (_gate)
        {
            if (_open.TryGetValue(log, out var held) && held == lease.File)
            {
                _open.Remove(log);
            }
        }
    }

    public async Task TrimAsync(string log, TimeSpan maxAge, CancellationToken cancellationToken = default)
    {
        LogPaths.Check(log);
        if (Directory.Exists(LogPaths.Folder(_root, log)))
        {
            using var lease = await AcquireAsync(log, cancellationToken, use: false);
            await lease.File.TrimAsync(maxAge, cancellationToken);
        }
    }

    /// <summary>Drops what is over size, and forgets logs that nobody used for a while.</summary>
    public async Task TrimAsync(CancellationToken cancellationToken)
    {
        foreach (
            var folder in Directory
                .EnumerateDirectories(_root, LogPaths.OwnFolder, SearchOption.AllDirectories)
                .ToList()
        )
        {
            if (!File.Exists(Path.Combine(folder, LogFile.DoneMark)))
            {
                await TrimOneAsync(Path.GetRelativePath(_root, Path.GetDirectoryName(folder)!), cancellationToken);
            }
        }

        lock (_gate)
        {
            var until = _clock.GetUtcNow() - IdleFor;
            foreach (
                var file in _open
                    .Values.Where(file => file.Users == 0 && file.LastUsed < until && !_unwritten.Contains(file.Log))
                    .ToList()
            )
            {
                _open.Remove(file.Log);
                file.Dispose();
            }
        }
    }

    private async Task TrimOneAsync(string log, CancellationToken cancellationToken)
    {
        try
        {
            using var lease = await AcquireAsync(log, cancellationToken, use: false);
            await lease.File.TrimAsync(maxAge: null, cancellationToken);
        }
#pragma warning disable CA1031 // A broken log must not let the others grow; the next round tries again.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            TrimFailed(_logger, e, log);
        }
    }

    private async Task<Lease> AcquireAsync(string log, CancellationToken cancellationToken, bool use = true)
    {
        LogPaths.Check(log);
        LogFile file;
        lock (_gate)
        {
            if (!_open.TryGetValue(log, out file!))
            {
                file = new(log, LogPaths.Folder(_root, log), _keys, _limits, _clock) { LastUsed = _clock.GetUtcNow() };
                _open.Add(log, file);
            }

            file.Users++;
            file.LastUsed = use ? _clock.GetUtcNow() : file.LastUsed;
        }

        var lease = new Lease(this, file);
        try
        {
            await file.OpenAsync(cancellationToken);
            if (file.TakeCut() is > 0 and var cut)
            {
                TailCut(_logger, log, cut);
            }

            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private sealed class Lease(FileLogStore store, LogFile file) : IDisposable
    {
        public LogFile File { get; } = file;

        public void Dispose()
        {
            lock (store._gate)
            {
                File.Users--;
            }
        }
    }

    [LoggerMessage(
        EventId = 20,
        Level = LogLevel.Warning,
        Message = "Cut {Bytes} bytes of an unfinished write off the log {Log}"
    )]
    private static partial void TailCut(ILogger logger, string log, long bytes);

    [LoggerMessage(
        EventId = 21,
        Level = LogLevel.Error,
        Message = "The log {Log} could not be written; its lines stay in memory"
    )]
    private static partial void WriteFailed(ILogger logger, Exception exception, string log);

    [LoggerMessage(
        EventId = 22,
        Level = LogLevel.Error,
        Message = "The log {Log} could not be trimmed; the next round tries again"
    )]
    private static partial void TrimFailed(ILogger logger, Exception exception, string log);
}
