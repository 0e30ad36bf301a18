namespace Orleans.Runtime;

internal sealed partial class Activation
{
    // In the inbox of a dead activation: nothing more can be pushed.
    private static readonly GrainRequest Closed = new ClosedMark();

    // Newest first, linked by Next; anyone pushes without the gate. Under the gate it is emptied into the waiting list.
    private GrainRequest? _inbox;
    private RequestList _waiting;
    private int _waitingReaders;
    private int _waitingInterleavers;
    private int _waitingUnwatched;

    private bool HasArrivals => Volatile.Read(ref _inbox) is { } newest && newest != Closed;

    /// <summary>Takes the request, or refuses when this activation is dead.</summary>
    public bool Enqueue(GrainRequest request)
    {
        request.Target = this;
        request.Stage = RequestStage.New;
        while (true)
        {
            var newest = Volatile.Read(ref _inbox);
            if (newest == Closed)
            {
                return false;
            }

            request.Next = newest;
            if (Interlocked.CompareExchange(ref _inbox, request, newest) == newest)
            {
                Schedule();
                return true;
            }
        }
    }

    // All that follows is called under the gate, unless it says otherwise.
    private void Receive(bool close = false)
    {
        if (!close && !HasArrivals)
        {
            return;
        }

        GrainRequest? oldest = null;
        for (var newest = Interlocked.Exchange(ref _inbox, close ? Closed : null); newest is not null;)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }

        while (oldest is not null)
        {
            var next = oldest.Next;
            oldest.Stage = RequestStage.Waiting;
            oldest.IsWatched = !oldest.Token.CanBeCanceled;
            _waiting.Append(oldest);
            Count(oldest, 1);
            oldest = next;
        }
    }

    // Out of the waiting list.
    private void Unlist(GrainRequest request)
    {
        _waiting.Remove(request);
        Count(request, -1);
        request.Stage = RequestStage.Done;
        request.WhileWaiting.Unregister();
        request.WhileWaiting = default;
    }

    private void Count(GrainRequest request, int by)
    {
        if (!request.IsWatched)
        {
            _waitingUnwatched += by;
        }

        if (Interleaves(request))
        {
            _waitingInterleavers += by;
        }
        else if (request.Method.IsReadOnly)
        {
            _waitingReaders += by;
        }
    }

    // Most calls begin at once, so that only those that a drain leaves behind pay for a cancellation callback.
    private List<GrainRequest>? TakeUnwatched()
    {
        List<GrainRequest>? unwatched = null;
        for (var request = _waiting.Last; _waitingUnwatched > 0 && request is not null; request = request.Previous)
        {
            if (!request.IsWatched)
            {
                request.IsWatched = true;
                _waitingUnwatched--;
                (unwatched ??= []).Add(request);
            }
        }

        return unwatched;
    }

    // Not under the gate: a token that is cancelled already calls back at once.
    private void CancelWhileWaiting(List<GrainRequest>? requests)
    {
        foreach (var request in requests ?? [])
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
                    continue;
                }
            }

            registration.Unregister();
        }
    }

    // Not under the gate. False when the request runs, has run or moved on.
    private bool Withdraw(GrainRequest request)
    {
        lock (_gate)
        {
            if (request.Stage != RequestStage.Waiting || request.Target != this)
            {
                return false;
            }

            Unlist(request);
            return true;
        }
    }

    private sealed class ClosedMark : VoidGrainRequest
    {
        public override GrainMethod Method => throw new InvalidOperationException("A mark is no call.");

        public override Task Invoke(Grain grain) => throw new InvalidOperationException("A mark is no call.");
    }
}
