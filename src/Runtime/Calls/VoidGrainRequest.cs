using System.ComponentModel;

namespace Orleans.Runtime;

/// <summary>A call without a result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class VoidGrainRequest : GrainRequest
{
    private readonly TaskCompletionSource _response = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Response => _response.Task;

    internal override bool Answered => _response.Task.IsCompleted;

    internal override void Answer(Task result) => _response.TrySetFromTask(result);

    internal override void Fail(Exception exception) => _response.TrySetException(exception);

    internal override void Cancel(CancellationToken token) => _response.TrySetCanceled(token);
}
