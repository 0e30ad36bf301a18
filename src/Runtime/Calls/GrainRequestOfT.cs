using System.ComponentModel;

namespace Orleans.Runtime;

/// <summary>A call with a result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainRequest<T> : GrainRequest
{
    private readonly TaskCompletionSource<T> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<T> Response => _response.Task;

    internal override bool Answered => _response.Task.IsCompleted;

    internal override Task CopyResult(Task result, IValueCopier copier)
    {
        try
        {
            return Task.FromResult(copier.Copy(((Task<T>)result).GetAwaiter().GetResult()));
        }
        catch (ContractException e)
        {
            return Task.FromException<T>(e);
        }
    }

    // A turn that failed before it had a task of its own ends in a plain one.
    internal override void Answer(Task result)
    {
        switch (result)
        {
            case Task<T> task:
                _response.TrySetFromTask(task);
                break;
            case { IsCanceled: true }:
                _response.TrySetCanceled(Token);
                break;
            default:
                _response.TrySetException(result.Exception!.InnerExceptions);
                break;
        }
    }

    internal override void Fail(Exception exception) => _response.TrySetException(exception);

    internal override void Cancel(CancellationToken token) => _response.TrySetCanceled(token);
}
