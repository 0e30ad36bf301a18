using System.Collections.Immutable;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Logs;

/// <summary>Bounds of log files.</summary>
internal sealed record LogLimits(long SegmentBytes, long MaxBytes);

/// <summary>One log while it is in use: lines not yet written, its segments, and those who follow it.</summary>
internal sealed class LogFile(string log, string folder, IDataKeys keys, LogLimits limits, TimeProvider clock)
    : IDisposable
{
    public const string DoneMark = "done";

    private const int MaxBufferedBytes = 1 << 20;

    // Old lines go in pieces of a day.
    private static readonly TimeSpan SegmentAge = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _io = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<LogLine> _buffer = [];
    private readonly LogCursors _cursors = new();

    // Of lines that are in the file, touched in order of I/O only. A new segment begins with these and not with what is
    // still in memory: a crash would leave cursors behind whose lines are gone.
    private readonly LogCursors _written = new();
    private ImmutableArray<LogSegment> _segments;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _cut;
    private int _bufferedBytes;
    private bool _completing;

    public string Log { get; } = log;

    /// <summary>Users that hold it; kept by the store under its own lock.</summary>
    public int Users { get; set; }

    public DateTimeOffset LastUsed { get; set; }

    public bool Completed { get; private set; }

    public bool Deleted { get; private set; }

    public Task Changed => Volatile.Read(ref _changed).Task;

    public ImmutableArray<LogSegment> Segments => _segments;

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _io.WaitAsync(cancellationToken);
        try
        {
            if (!_segments.IsDefault)
            {
                return;
            }

            var segments = ImmutableArray.CreateBuilder<LogSegment>();
            foreach (var number in LogSegment.Numbers(folder))
            {
                // Only the last one can have half a head: the one before was synced first.
                if (await LogSegment.LoadAsync(folder, Log, number, keys, cancellationToken) is { } segment)
                {
                    segments.Add(segment);
                }
            }

            _cut = segments.Count > 0 ? segments[^1].Repair((kind, clear) => Restore(segments[^1], kind, clear)) : 0;
            _segments = segments.ToImmutable();
        }
        finally
        {
            _io.Release();
        }
    }

    /// <summary>Bytes cut off a torn tail when it was opened; told once.</summary>
    public long TakeCut() => Interlocked.Exchange(ref _cut, 0);

    /// <summary>
    /// Takes lines that were cleaned. True when there is so much that the caller should write it out before going on.
    /// </summary>
    public bool Add(ImmutableArray<LogLine> lines)
    {
        lock (_gate)
        {
            if (_completing)
            {
                throw new InvalidOperationException($"The log {Log} is completed.");
            }

            Buffer(lines);
            return _bufferedBytes > MaxBufferedBytes;
        }
    }

    public string? Cursor(string source)
    {
        lock (_gate)
        {
            return _cursors.Find(source);
        }
    }

    /// <summary>
    /// Writes what is buffered, so that readers see it; with <paramref name="sync"/> also to the disk.
    /// </summary>
    public Task FlushAsync(bool sync, CancellationToken cancellationToken) =>
        InOrderAsync(() => WriteAsync(sync), cancellationToken);

    /// <summary>With its last lines, unless it is completed already.</summary>
    public Task CompleteAsync(ImmutableArray<LogLine> last, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Buffer(_completing ? [] : last);
            _completing = true;
        }

        return InOrderAsync(
            async () =>
            {
                if (!Completed)
                {
                    await WriteAsync(sync: false);
                    var segment = await ActiveAsync();
                    segment.Append(LogFrameKind.Completed, 0, default);
                    segment.Sync();
                    PrivateFiles.Open(Path.Combine(folder, DoneMark), FileMode.Create, FileShare.None).Dispose();
                    Completed = true;
                }
            },
            cancellationToken
        );
    }

    public Task DeleteAsync(CancellationToken cancellationToken) =>
        InOrderAsync(
            () =>
            {
                Deleted = true;
                lock (_gate)
                {
                    _buffer.Clear();
                }

                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }

                _segments = [];
                return Task.CompletedTask;
            },
            cancellationToken
        );

    /// <summary>
    /// Drops whole segments that are too old or too much (S29). Completed logs stay until they are deleted.
    /// </summary>
    /// <param name="maxAge">Null: lines of any age stay.</param>
    public Task TrimAsync(TimeSpan? maxAge, CancellationToken cancellationToken) =>
        InOrderAsync(
            async () =>
            {
                var oldest = maxAge is { } age ? (clock.GetUtcNow() - age).UtcTicks : 0;
                if (
                    !Completed
                    && !_segments.IsEmpty
                    && _segments[^1] is { } last
                    && last.HasLines
                    && last.Latest < oldest
                )
                {
                    await RotateAsync();
                }

                Trim(oldest);
            },
            cancellationToken
        );

    public void Dispose() => _io.Dispose();

    private async Task InOrderAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _io.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            _io.Release();
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    // Under the gate.
    private void Buffer(ImmutableArray<LogLine> lines)
    {
        foreach (var line in lines)
        {
            _buffer.Add(line);
            _cursors.Note(line);
            _bufferedBytes += LogFrame.BytesOf(line);
        }
    }

    private async Task WriteAsync(bool sync)
    {
        while (!Deleted && NextLines() is { Count: > 0 } lines)
        {
            var segment = await ActiveAsync();
            segment.Append(LogFrameKind.Lines, lines.Max(line => line.At.UtcTicks), LogFrame.WriteLines(lines));
            lines.ForEach(_written.Note);
            lock (_gate)
            {
                // Only now: after a failed write they are tried again.
                _buffer.RemoveRange(0, Math.Min(lines.Count, _buffer.Count));
                _bufferedBytes = _buffer.Count == 0 ? 0 : _bufferedBytes - lines.Sum(LogFrame.BytesOf);
            }
        }

        if (sync && !_segments.IsEmpty)
        {
            _segments[^1].Sync();
        }
    }

    private List<LogLine> NextLines()
    {
        lock (_gate)
        {
            var bytes = 0;
            return
            [
                .. _buffer.TakeWhile(line =>
                    (bytes += LogFrame.BytesOf(line)) <= LogFrame.TargetBytes || bytes == LogFrame.BytesOf(line)
                ),
            ];
        }
    }

    private async Task<LogSegment> ActiveAsync()
    {
        if (
            _segments.IsEmpty
            || _segments[^1].Length >= limits.SegmentBytes
            || clock.GetUtcNow() - _segments[^1].Created > SegmentAge
        )
        {
            await RotateAsync();
            Trim(oldest: 0);
        }

        return _segments[^1];
    }

    private async Task RotateAsync()
    {
        var before = _segments.IsEmpty ? null : _segments[^1];
        before?.Sync();
        var key = await keys.CurrentAsync(Scopes.Org(LogPaths.Org(Log)), CancellationToken.None);
        _segments = _segments.Add(
            LogSegment.Create(
                folder,
                Log,
                (before?.Number ?? 0) + 1,
                key,
                clock.GetUtcNow(),
                before,
                LogFrame.WriteLines(_written.ToLines())
            )
        );
    }

    /// <param name="oldest">In ticks of UTC; what was written before goes.</param>
    private void Trim(long oldest)
    {
        while (
            !Completed
            && _segments.Length > 1
            && (_segments[1].LatestBefore < oldest || _segments.Sum(segment => segment.Length) > limits.MaxBytes)
        )
        {
            File.Delete(_segments[0].Path);
            _segments = _segments.RemoveAt(0);
        }
    }

    private void Restore(LogSegment segment, LogFrameKind kind, byte[] clear)
    {
        if (kind == LogFrameKind.Completed)
        {
            Completed = _completing = true;
            return;
        }

        foreach (var line in LogFrame.ReadLines(clear))
        {
            _cursors.Note(line);
            _written.Note(line);
            if (kind == LogFrameKind.Lines)
            {
                segment.NoteLine(line.At.UtcTicks);
            }
        }
    }
}
