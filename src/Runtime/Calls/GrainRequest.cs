using System.ComponentModel;

namespace Orleans.Runtime;

/// <summary>One call under way. A subclass per interface method is generated; it holds the arguments.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainRequest
{
    // Links, stage, target and registration are guarded by the target activation's gate.
    internal GrainRequest? Next;
    internal GrainRequest? Previous;
    internal RequestStage Stage;
    internal Activation? Target;
    internal CancellationTokenRegistration WhileWaiting;

    /// <summary>Nothing (more) is to be done so that a cancellation takes it out of the waiting list.</summary>
    internal bool IsWatched;

    /// <summary>The host's tick when the call was made.</summary>
    internal int Tick;

    /// <summary>Read-only calls that were started ahead of this waiting one.</summary>
    internal int Overtaken;

    /// <summary>The activation whose code made the call, if one did.</summary>
    internal Activation? Caller;

    // For the message of a time-out only: the turn that made this call and the call that this turn made last.
    internal GrainRequest? CallerTurn;
    internal GrainRequest? LastCall;

    public abstract GrainMethod Method { get; }

    /// <summary>The call's cancellation argument, if it has one.</summary>
    public virtual CancellationToken Token => CancellationToken.None;

    internal abstract bool Answered { get; }

    /// <summary>Runs the method on the grain.</summary>
    public abstract Task Invoke(Grain grain);

    /// <summary>Replaces the arguments by copies.</summary>
    public virtual void CopyArguments(IValueCopier copier)
    {
    }

    /// <summary>A copy of what the method gave, or the failure to make one.</summary>
    internal virtual Task CopyResult(Task result, IValueCopier copier) => result;

    internal abstract void Answer(Task result);

    internal abstract void Fail(Exception exception);

    internal abstract void Cancel(CancellationToken token);

    internal void From(Activation? caller)
    {
        if (caller is null)
        {
            return;
        }

        Caller = caller;
        CallerTurn = caller.LatestTurn;
        if (CallerTurn is not null)
        {
            CallerTurn.LastCall = this;
        }
    }
}
