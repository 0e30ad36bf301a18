using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>An append and whoever waits for it.</summary>
internal sealed class AppendWork(PreparedAppend prepared, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<AppendResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PreparedAppend Prepared { get; } = prepared;

    /// <summary>
    /// Proves an append without entries when it is not known what became of it: a key that only it takes. One with
    /// entries is proved by their hashes.
    /// </summary>
    public string? Mark { get; } = prepared.Writes.IsEmpty ? $"append/{Guid.NewGuid():N}" : null;

    public Task<AppendResult> Done => _done.Task;

    /// <summary>Only asked before its commit begins.</summary>
    public bool Abandon() => cancellationToken.IsCancellationRequested && _done.TrySetCanceled(cancellationToken);

    public void Complete(AppendResult result) => _done.TrySetResult(result);

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
