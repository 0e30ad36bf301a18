using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using Palisade.Racks.Local.Engine;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Rack;

/// <summary>
/// Reads every process's log from the engine and keeps it, so that it outlives the container. A process that ended is
/// read to its end before it is removed. After a restart it goes on behind the last kept line.
/// </summary>
internal sealed class LogCollector(DockerClient client, IRackEvents events, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    private const int BatchLines = 200;

    private readonly ConcurrentDictionary<string, Reader> _readers = new();

    private sealed record Reader(CancellationTokenSource Stop)
    {
        private volatile bool _ended;

        public Task Task { get; set; } = Task.CompletedTask;

        /// <summary>The process has ended: what is in its log now is all there will be.</summary>
        public bool Ended
        {
            get => _ended;
            set => _ended = value;
        }
    }

    /// <param name="containers">All that there are.</param>
    public void Follow(IReadOnlyCollection<SeenContainer> containers)
    {
        foreach (
            var container in containers.Where(c =>
                c.State != ProcessPhase.Created && !_readers.ContainsKey(c.ContainerId)
            )
        )
        {
            var reader = new Reader(new CancellationTokenSource());
            if (_readers.TryAdd(container.ContainerId, reader))
            {
                reader.Task = Task.Run(() => ReadAsync(container, reader, reader.Stop.Token), CancellationToken.None);
            }
        }

        var running = containers.Where(c => c.State == ProcessPhase.Running).Select(c => c.ContainerId).ToHashSet();
        var all = containers.Select(c => c.ContainerId).ToHashSet();
        foreach (var (id, reader) in _readers.Where(p => !running.Contains(p.Key)))
        {
            reader.Ended = true;
            // Removed by another hand than ours.
            if (!all.Contains(id) && reader.Task.IsCompleted)
            {
                _readers.TryRemove(id, out _);
            }
        }
    }

    /// <summary>Waits until an ended container's log is kept, within a limit, and lets go of it.</summary>
    public async Task FinishAsync(string containerId, TimeSpan limit)
    {
        if (!_readers.TryRemove(containerId, out var reader))
        {
            return;
        }

        reader.Ended = true;
        reader.Stop.CancelAfter(limit);
        await reader.Task;
        reader.Stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var reader in _readers.Values)
        {
            await reader.Stop.CancelAsync();
        }

        await Task.WhenAll(_readers.Values.Select(r => r.Task));
    }

    private async Task ReadAsync(SeenContainer container, Reader reader, CancellationToken cancellationToken)
    {
        var source = $"service/{container.Labels.Service}/{container.Labels.ProcessId}";
        try
        {
            var kept = await events.LogCursorAsync(container.Labels.App, source, cancellationToken);
            var lines = Channel.CreateBounded<ProcessLogLine>(BatchLines * 4);
            // When one of the two fails, the other must not wait for it.
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var keeping = KeepAsync(container, source, lines.Reader, both);
            try
            {
                await ReadLinesAsync(container, reader, kept, lines.Writer, both.Token);
            }
            finally
            {
                lines.Writer.Complete();
                await keeping;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Let go of.
        }
#pragma warning disable CA1031 // Losing a log must never keep its process from being removed; the next look reads on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogLogReadFailed(e, container.Labels.ProcessId);
            _readers.TryRemove(container.ContainerId, out _);
        }
    }

    private async Task ReadLinesAsync(
        SeenContainer container,
        Reader reader,
        string? kept,
        ChannelWriter<ProcessLogLine> writer,
        CancellationToken cancellationToken
    )
    {
        if (container.LogPath is { } path)
        {
            var from = kept is null ? LogPosition.Start : LogPosition.Parse(kept);
            await foreach (
                var stored in ContainerLogFile.ReadAsync(
                    path,
                    from,
                    _ => ValueTask.FromResult(reader.Ended),
                    time,
                    cancellationToken
                )
            )
            {
                await writer.WriteAsync(
                    new ProcessLogLine(
                        stored.Line.At ?? container.Created,
                        InitWords.Explain(stored.Line.Text),
                        stored.Next.ToString()
                    ),
                    cancellationToken
                );
            }

            return;
        }

        var after = Cursor.Parse(kept);
        // Lines of one time stamp are told apart by their ordinal.
        var (last, ordinal) = (DateTimeOffset.MinValue, 0);
        await foreach (
            var line in client.LogsAsync(
                container.ContainerId,
                new LogQuery(Follow: true) { Since = after.At },
                false,
                cancellationToken
            )
        )
        {
            var at = line.At ?? container.Created;
            ordinal = at == last ? ordinal + 1 : 0;
            last = at;
            var here = new Cursor(at, ordinal);
            if (after.At is null || here.CompareTo(after) > 0)
            {
                await writer.WriteAsync(
                    new ProcessLogLine(at, InitWords.Explain(line.Text), here.ToString()),
                    cancellationToken
                );
            }
        }
    }

    private async Task KeepAsync(
        SeenContainer container,
        string source,
        ChannelReader<ProcessLogLine> reader,
        CancellationTokenSource both
    )
    {
        try
        {
            while (await reader.WaitToReadAsync(both.Token))
            {
                var batch = ImmutableArray.CreateBuilder<ProcessLogLine>();
                while (batch.Count < BatchLines && reader.TryRead(out var line))
                {
                    batch.Add(line);
                }

                await events.LogAsync(container.Labels.App, source, batch.ToImmutable(), both.Token);
            }
        }
        finally
        {
            await both.CancelAsync();
        }
    }

    private readonly record struct Cursor(DateTimeOffset? At, int Ordinal) : IComparable<Cursor>
    {
        public static Cursor Parse(string? text)
        {
            var cut = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
            return cut < 0
                ? default
                : new Cursor(
                    new DateTimeOffset(long.Parse(text.AsSpan(0, cut), CultureInfo.InvariantCulture), TimeSpan.Zero),
                    int.Parse(text.AsSpan(cut + 1), CultureInfo.InvariantCulture)
                );
        }

        public int CompareTo(Cursor other) => (At, Ordinal).CompareTo((other.At, other.Ordinal));

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{At?.UtcTicks ?? 0}.{Ordinal}");
    }
}
