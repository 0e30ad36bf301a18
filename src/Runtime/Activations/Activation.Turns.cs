using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

internal sealed partial class Activation
{
    // A stream of read-only calls delays a waiting write by at most this many of them.
    private const int MaxOvertakes = 64;

    private RequestList _running;
    private int _writers;
    private int _readers;
    private bool _served;

    /// <summary>The turn begun last that still runs; for messages only.</summary>
    public GrainRequest? LatestTurn { get; private set; }

    // Called under the gate.
    private Step NextStep(out GrainRequest? request)
    {
        Receive();
        request = null;
        if (_state == ActivationState.Created)
        {
            _state = ActivationState.Activating;
            return Step.Activate;
        }

        if (_state != ActivationState.Active)
        {
            return Step.None;
        }

        if (MayEnd())
        {
            _state = ActivationState.Deactivating;
            return Step.Deactivate;
        }

        request = NextRequest();
        return request is null ? Step.None : Step.Turn;
    }

    private GrainRequest? NextRequest()
    {
        GrainRequest? ahead = null;
        for (var candidate = _waiting.First; candidate is not null; candidate = candidate.Next)
        {
            if (MayStart(candidate) && (ahead is null || MayOvertake(candidate, ahead)))
            {
                Begin(candidate);
                return candidate;
            }

            ahead ??= candidate;
            if (_waitingInterleavers == 0 && (Ending || _writers > 0 || _waitingReaders == 0))
            {
                break;
            }
        }

        return null;
    }

    private bool MayStart(GrainRequest request)
    {
        if (Ending)
        {
            // Only what a running turn may be waiting for; everything else goes to the next activation.
            return _running.Count > 0 && Interleaves(request) && (request.Method.AlwaysInterleaves || request.Caller is not null);
        }

        return Interleaves(request) || (_writers == 0 && (request.Method.IsReadOnly || _readers == 0));
    }

    private bool MayOvertake(GrainRequest request, GrainRequest ahead) =>
        Interleaves(request) || ++ahead.Overtaken <= MaxOvertakes;

    private bool Interleaves(GrainRequest request) => Class.IsReentrant || request.Method.AlwaysInterleaves;

    private void Begin(GrainRequest request)
    {
        Unlist(request);
        request.Stage = RequestStage.Running;
        _running.Append(request);
        CountTurn(request, 1);
        LatestTurn = request;
        _served = true;
    }

    private void CountTurn(GrainRequest request, int by)
    {
        if (Interleaves(request))
        {
            return;
        }

        if (request.Method.IsReadOnly)
        {
            _readers += by;
        }
        else
        {
            _writers += by;
        }
    }

    // True when the turn is over already; its request is then ended and answered by the drain.
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "What the grain throws is its caller's.")]
    private bool Run(GrainRequest request, out Task result)
    {
        try
        {
            // It may have timed out on its way from one activation to the next.
            result = request.Answered ? Task.FromCanceled(new CancellationToken(canceled: true))
                : request.Token is { IsCancellationRequested: true } token ? Task.FromCanceled(token)
                : request.Invoke(_grain!)
                    ?? throw new InvalidOperationException($"{request.Method.Name} of {this} returned null instead of a task.");
        }
        catch (Exception e)
        {
            result = Task.FromException(e);
        }

        if (result.IsCompleted)
        {
            result = CopyResult(request, result);
            return true;
        }

        // Runs right where the grain's method ends, with no hop.
        _ = result.ContinueWith(
            static (task, state) => ((GrainRequest)state!).Target!.Complete((GrainRequest)state, task),
            request,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            Default);
        return false;
    }

    private void Complete(GrainRequest request, Task result)
    {
        result = CopyResult(request, result);
        lock (_gate)
        {
            End(request);
        }

        Schedule();
        Answer(request, result);
    }

    // Before the turn ends: the next one may change what this one gave.
    private Task CopyResult(GrainRequest request, Task result) =>
        Host.Copier is { } copier && result.IsCompletedSuccessfully ? request.CopyResult(result, copier) : result;

    private static void Answer(GrainRequest request, Task result)
    {
        request.Answer(result);

        // The caller may have gone after a time-out: then nobody else looks at the exception.
        _ = result.Exception;
    }

    // Called under the gate.
    private void End(GrainRequest request)
    {
        _running.Remove(request);
        CountTurn(request, -1);
        request.Stage = RequestStage.Done;
        LatestTurn = _running.First;
        if (LatestTurn is null && _waiting.Count == 0 && !HasArrivals)
        {
            _lastUsed = Host.Time.GetTimestamp();
        }
    }
}
