using System.ComponentModel;

namespace Orleans.Runtime;

/// <summary>A call with a result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainRequest<T> : GrainRequest
{
    private readonly TaskCompletionSource<T> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<T> Response => _response.Task;

    internal override bool Answered => _response.Task.IsCompleted;

    internal override void Answer(Task result, IValueCopier? copier)
    {
        var task = (Task<T>)result;
        if (copier is null || !task.IsCompletedSuccessfully)
        {
            _response.TrySetFromTask(task);
            return;
        }

        try
        {
            _response.TrySetResult(copier.Copy(task.GetAwaiter().GetResult()));
        }
        catch (ContractException e)
        {
            _response.TrySetException(e);
        }
    }

    internal override void Fail(Exception exception) => _response.TrySetException(exception);

    internal override void Cancel(CancellationToken token) => _response.TrySetCanceled(token);
}
