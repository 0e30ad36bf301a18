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
    private bool _scheduled;

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
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        Schedule(preferLocal: true);
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

    private void Schedule(bool preferLocal) => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal);

    private void Drain()
    {
        // A turn's change of an async-local must not reach the next turn.
        var context = ExecutionContext.Capture()!;
        for (var budget = DrainBudget; budget > 0; budget--)
        {
            Task? continuation;
            GrainRequest? request = null;
            var step = Step.None;
            lock (_gate)
            {
                if (!_continuations.TryDequeue(out continuation))
                {
                    step = NextStep(out request);
                    if (step == Step.None)
                    {
                        _scheduled = false;
                        return;
                    }
                }
            }

            if (continuation is not null)
            {
                TryExecuteTask(continuation);
                continue;
            }

            Take(step, request);
            ExecutionContext.Restore(context);
        }

        Schedule(preferLocal: false);
    }

    private void Take(Step step, GrainRequest? request)
    {
        switch (step)
        {
            case Step.Activate:
                _ = ActivateAsync();
                break;
            case Step.Deactivate:
                _ = DeactivateAsync();
                break;
            default:
                Run(request!);
                break;
        }
    }

    private enum Step : byte
    {
        None,
        Activate,
        Turn,
        Deactivate,
    }
}
