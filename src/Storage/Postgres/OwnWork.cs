namespace Palisade.Storage.Postgres;

/// <summary>
/// Work of the store's own that a caller starts: it begins on the caller's thread, so that nobody has to be woken for
/// it, and goes on wherever there is one. INVARIANT: it never goes on in the caller's turn, be that a grain's or a
/// page's, which may end before it; and it is done for many, so what it logs and traces names none of them.
/// </summary>
internal static class OwnWork
{
    private static readonly ExecutionContext Nobodys = OfNobody();

    public static void Begin(Func<Task> work) => ExecutionContext.Run(Nobodys, Start, work);

    private static void Start(object? work)
    {
        var task = new Task<Task>((Func<Task>)work!);
        if (SynchronizationContext.Current is null)
        {
            task.RunSynchronously(TaskScheduler.Default);
        }
        else
        {
            task.Start(TaskScheduler.Default);
        }
    }

    /// <summary>That of a thread which took over nothing from whoever started it.</summary>
    private static ExecutionContext OfNobody()
    {
        ExecutionContext? context = null;
        var thread = new Thread(() => context = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return context!;
    }
}
