namespace Orleans.Runtime;

/// <summary>
/// One activation: its mailbox, its turns and the scheduler on which its code's continuations run.
/// INVARIANT: at most one thread runs code of an activation at a time: all of it runs in <see cref="Drain"/>, and
/// <see cref="_scheduled"/> admits one drain at a time.
/// </summary>
internal sealed partial class Activation(GrainHost host, GrainClass grainClass, string key) : TaskScheduler, IThreadPoolWorkItem
{
    // Work items in one go, so that a busy grain leaves its thread to others now and then.
    private const int DrainBudget = 128;

    [ThreadStatic]
    private static Activation? t_draining;

    private readonly Lock _gate = new();
    private readonly Queue<Task> _continuations = new();
    private ActivationState _state;
    private int _scheduled;

    /// <summary>The activation whose grain is being constructed on this thread.</summary>
    [field: ThreadStatic]
    public static Activation? Constructing { get; private set; }

    public GrainHost Host { get; } = host;

    public GrainClass Class { get; } = grainClass;

    public string Key { get; } = key;

    public override int MaximumConcurrencyLevel => 1;

    public override string ToString() => $"{Class.Type.Name}/{Key}";

    void IThreadPoolWorkItem.Execute()
    {
        t_draining = this;
        try
        {
            // In a task of this scheduler TaskScheduler.Current is this activation, so that awaits come back to it.
            var drain = new Task(static self => ((Activation)self!).Drain(), this);
            drain.RunSynchronously(this);
            drain.GetAwaiter().GetResult();
        }
        finally
        {
            t_draining = null;
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _continuations.Enqueue(task);
        }

        Schedule();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && t_draining == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
        {
            return [.. _continuations];
        }
    }

    // Sees to it that a drain begins after what the caller has just done, or that one under way notices it.
    // To the shared queue: a thread's own queue is last in, first out, so that the drain would run ahead of the callers that this thread
    // is about to resume, with one request at a time instead of all of theirs (3× fewer calls per second with 32 callers).
    private void Schedule()
    {
        if (Volatile.Read(ref _scheduled) == 0 && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void Drain()
    {
        // A turn's change of an async-local must not reach the next turn.
        var context = ExecutionContext.Capture()!;
        GrainRequest? ended = null;
        Task? result = null;
        for (var budget = DrainBudget; budget > 0 || ended is not null; budget--)
        {
            Task? continuation = null;
            GrainRequest? request = null;
            List<GrainRequest>? left = null;
            var step = Step.None;
            lock (_gate)
            {
                if (ended is not null)
                {
                    End(ended);
                }

                if (budget > 0 && !_continuations.TryDequeue(out continuation))
                {
                    step = NextStep(out request);
                    left = step == Step.None ? Leave() : null;
                }
            }

            if (ended is not null)
            {
                Answer(ended, result!);
                ended = null;
            }

            if (continuation is not null)
            {
                TryExecuteTask(continuation);
                continue;
            }

            switch (step)
            {
                case Step.None when budget > 0:
                    CancelWhileWaiting(left);

                    // A request pushed before Leave counted on this drain.
                    if (HasArrivals)
                    {
                        Schedule();
                    }

                    return;
                case Step.Activate:
                    _ = ActivateAsync();
                    break;
                case Step.Deactivate:
                    _ = DeactivateAsync();
                    break;
                case Step.Turn:
                    ended = Run(request!, out result) ? request : null;
                    break;
                default:
                    break;
            }

            ExecutionContext.Restore(context);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // Called under the gate when nothing can be done; gives the waiting requests to watch for cancellation.
    private List<GrainRequest>? Leave()
    {
        // INVARIANT: a full fence between this and the look at the inbox (HasArrivals).
        Interlocked.Exchange(ref _scheduled, 0);
        return TakeUnwatched();
    }

    private enum Step : byte
    {
        None,
        Activate,
        Turn,
        Deactivate,
    }
}
