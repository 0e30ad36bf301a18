using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

internal sealed partial class Activation
{
    // A stream of read-only calls delays a waiting write by at most this many of them.
    private const int MaxOvertakes = 64;

    private RequestList _waiting;
    private RequestList _running;
    private int _writers;
    private int _readers;
    private int _waitingReaders;
    private int _waitingInterleavers;
    private bool _served;

    /// <summary>The turn begun last that still runs; for messages only.</summary>
    public GrainRequest? LatestTurn { get; private set; }

    /// <summary>Takes the request, or refuses when this activation is dead.</summary>
    public bool Enqueue(GrainRequest request)
    {
        var schedule = false;
        lock (_gate)
        {
            if (_state == ActivationState.Dead)
            {
                return false;
            }

            request.Target = this;
            request.Stage = RequestStage.Waiting;
            _waiting.Append(request);
            Count(request, 1);
            if (!_scheduled && (_state == ActivationState.Created || (_state == ActivationState.Active && (MayEnd() || MayStart(request)))))
            {
                _scheduled = schedule = true;
            }
        }

        if (schedule)
        {
            Schedule(preferLocal: true);
        }
        else if (request.Token.CanBeCanceled)
        {
            CancelWhileWaiting(request);
        }

        return true;
    }

    // Called under the gate.
    private Step NextStep(out GrainRequest? request)
    {
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
        _waiting.Remove(request);
        Count(request, -1);
        request.Stage = RequestStage.Running;
        request.WhileWaiting.Unregister();
        request.WhileWaiting = default;
        _running.Append(request);
        CountTurn(request, 1);
        LatestTurn = request;
        _served = true;
    }

    private void Count(GrainRequest request, int by)
    {
        if (Interleaves(request))
        {
            _waitingInterleavers += by;
        }
        else if (request.Method.IsReadOnly)
        {
            _waitingReaders += by;
        }
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

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "What the grain throws is its caller's.")]
    private void Run(GrainRequest request)
    {
        Task result;
        try
        {
            if (request.Token.IsCancellationRequested)
            {
                request.Cancel(request.Token);
                End(request);
                return;
            }

            result = request.Invoke(_grain!)
                ?? throw new InvalidOperationException($"{request.Method.Name} of {this} returned null instead of a task.");
        }
        catch (Exception e)
        {
            End(request);
            request.Fail(e);
            return;
        }

        if (result.IsCompleted)
        {
            End(request);
            Answer(request, result);
            return;
        }

        // Runs right where the grain's method ends, with no hop.
        _ = result.ContinueWith(
            static (task, state) =>
            {
                var request = (GrainRequest)state!;
                var activation = request.Target!;
                activation.End(request);
                activation.Answer(request, task);
            },
            request,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            Default);
    }

    private void Answer(GrainRequest request, Task result)
    {
        request.Answer(result, Host.Copier);

        // The caller may have gone after a time-out: then nobody else looks at the exception.
        _ = result.Exception;
    }

    private void End(GrainRequest request)
    {
        lock (_gate)
        {
            _running.Remove(request);
            CountTurn(request, -1);
            request.Stage = RequestStage.Done;
            LatestTurn = _running.First;
            if (_running.Count == 0)
            {
                _lastUsed = Host.Time.GetTimestamp();
            }

            if (_scheduled || (_waiting.Count == 0 && _reason is null))
            {
                return;
            }

            _scheduled = true;
        }

        Schedule(preferLocal: true);
    }

    private void CancelWhileWaiting(GrainRequest request)
    {
        var registration = request.Token.UnsafeRegister(
            static (state, token) =>
            {
                var request = (GrainRequest)state!;
                if (request.Target!.Withdraw(request))
                {
                    request.Cancel(token);
                }
            },
            request);
        lock (_gate)
        {
            if (request.Stage == RequestStage.Waiting && request.Target == this)
            {
                request.WhileWaiting = registration;
                return;
            }
        }

        registration.Unregister();
    }

    // False when it runs, has run or moved on.
    private bool Withdraw(GrainRequest request)
    {
        lock (_gate)
        {
            if (request.Stage != RequestStage.Waiting || request.Target != this)
            {
                return false;
            }

            _waiting.Remove(request);
            Count(request, -1);
            request.Stage = RequestStage.Done;
            return true;
        }
    }
}
