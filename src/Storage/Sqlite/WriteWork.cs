using Microsoft.Data.Sqlite;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// A piece of work for the writer. May run twice when something else in its group failed, so it changes nothing but the
/// session.
/// </summary>
internal abstract class WriteWork(CancellationToken cancellationToken)
{
    /// <summary>True when nobody waits any more; only asked before the transaction begins.</summary>
    public bool Abandoned => cancellationToken.IsCancellationRequested;

    public abstract void Run(WriteSession session);

    public abstract void Committed();

    public abstract void Failed(Exception exception);

    public abstract void Cancelled();

    protected CancellationToken Token => cancellationToken;
}

internal sealed class WriteWork<T>(Func<WriteSession, T> body, CancellationToken cancellationToken)
    : WriteWork(cancellationToken)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _done.Task;

    public override void Run(WriteSession session) => _result = body(session);

    public override void Committed() => _done.TrySetResult(_result!);

    public override void Failed(Exception exception) => _done.TrySetException(exception);

    public override void Cancelled() => _done.TrySetCanceled(Token);
}

/// <summary>Changes nothing, and empties the write-ahead log when its group is committed.</summary>
internal sealed class CheckpointWork(Connection connection, CancellationToken cancellationToken)
    : WriteWork(cancellationToken)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> Task => _done.Task;

    public override void Run(WriteSession session) { }

    public override void Committed()
    {
        try
        {
            _done.TrySetResult(connection.Checkpoint());
        }
        catch (SqliteException exception)
        {
            _done.TrySetException(exception);
        }
    }

    public override void Failed(Exception exception) => _done.TrySetException(exception);

    public override void Cancelled() => _done.TrySetCanceled(Token);
}
