using Microsoft.Extensions.Logging;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// The only writer: one thread that takes what has gathered (at most 256 pieces, without waiting for more), runs it in
/// one transaction and answers after the commit. While one group is being synced the next one gathers, so throughput
/// grows with the load and latency does not.
/// </summary>
internal sealed partial class Writer : IAsyncDisposable
{
    private const int MaxGroup = 256;
    private const int MaxQueued = 4096;

    private readonly Connection _connection;
    private readonly HeadCache _heads;
    private readonly ChangeFeed _feed;
    private readonly ILogger _logger;
    private readonly WriteSession _session;
    private readonly Queue<WriteWork> _queue = new();
    private readonly object _gate = new();
    private readonly SemaphoreSlim _room = new(MaxQueued, MaxQueued);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopping;

    /// <summary>Owns the connection from here on.</summary>
    public Writer(
        Connection connection,
        HeadCache heads,
        TicketCache tickets,
        DataKeyCache keys,
        ChangeFeed feed,
        JobSignal jobs,
        TimeProvider clock,
        ILogger logger
    )
    {
        (_connection, _heads, _feed, _logger) = (connection, heads, feed, logger);
        _session = new(connection, heads, tickets, keys, jobs, clock);
        new Thread(Run) { IsBackground = true, Name = "palisade-writer" }.Start();
    }

    /// <summary>
    /// Runs the body in a transaction; completes after it is durable. Cancelling works until its group begins.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<WriteSession, T> body, CancellationToken cancellationToken = default)
    {
        var work = new WriteWork<T>(body, cancellationToken);
        await QueueAsync(work, cancellationToken);
        return await work.Task;
    }

    /// <summary>
    /// Brings all that was committed out of the write-ahead log. False: a reader was in the way. Here, between two
    /// groups: another connection would have to win the write lock from this thread, and would keep it while it waits
    /// for readers.
    /// </summary>
    public async Task<bool> CheckpointAsync(CancellationToken cancellationToken = default)
    {
        var work = new CheckpointWork(_connection, cancellationToken);
        await QueueAsync(work, cancellationToken);
        return await work.Task;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        await _ended.Task;
        _room.Dispose();
    }

    private async ValueTask QueueAsync(WriteWork work, CancellationToken cancellationToken)
    {
        if (!_room.Wait(0, CancellationToken.None))
        {
            await _room.WaitAsync(cancellationToken);
        }

        lock (_gate)
        {
            if (_stopping)
            {
                _room.Release();
                throw new ObjectDisposedException(nameof(SqliteStore));
            }

            _queue.Enqueue(work);
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        var group = new List<WriteWork>(MaxGroup);
        while (Take(group))
        {
            group.RemoveAll(Abandon);
            if (!TryCommit(group, out var fault))
            {
                Retry(group, fault!);
            }

            group.Clear();
        }

        _connection.Dispose();
        _ended.SetResult();
    }

    private bool Take(List<WriteWork> group)
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_stopping)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            while (group.Count < MaxGroup && _queue.TryDequeue(out var work))
            {
                group.Add(work);
            }
        }

        _room.Release(group.Count);
        return true;
    }

    // One that fails must not spoil the others: each again in a transaction of its own.
    private void Retry(List<WriteWork> group, Exception fault)
    {
        if (group.Count == 1)
        {
            group[0].Failed(fault);
            return;
        }

        GroupFailed(_logger, fault, group.Count);
        foreach (var work in group)
        {
            if (!TryCommit([work], out var own))
            {
                work.Failed(own!);
            }
        }
    }

    private bool TryCommit(List<WriteWork> group, out Exception? fault)
    {
        fault = null;
        try
        {
            _connection.Execute("BEGIN IMMEDIATE");
            foreach (var work in group)
            {
                _session.Begin();
                work.Run(_session);
            }

            _connection.Execute("COMMIT");
        }
#pragma warning disable CA1031 // Whatever a piece of work throws belongs to whoever waits for it; the writer lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            fault = exception;
            Rollback();
            return false;
        }

        StoreTelemetry.Committed(group.Count);
        _session.Publish(_feed);
        foreach (var work in group)
        {
            work.Committed();
        }

        return true;
    }

    private void Rollback()
    {
        _session.Discard();
        _heads.Clear();
        if (_connection.InTransaction)
        {
            _connection.Execute("ROLLBACK");
        }
    }

    private static bool Abandon(WriteWork work)
    {
        if (!work.Abandoned)
        {
            return false;
        }

        work.Cancelled();
        return true;
    }

    [LoggerMessage(
        EventId = 10,
        Level = LogLevel.Warning,
        Message = "A group of {Count} writes failed as a whole; each is tried by itself"
    )]
    private static partial void GroupFailed(ILogger logger, Exception exception, int count);
}
