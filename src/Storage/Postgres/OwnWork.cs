namespace Palisade.Storage.Postgres;

/// <summary>
/// Work of the store's own that a caller starts: it begins on the caller's thread, so that nobody has to be woken for
/// it, and goes on wherever there is one. INVARIANT: it never goes on in the caller's turn, be that a grain's or a
/// page's, which may end before it.
/// </summary>
internal static class OwnWork
{
    public static void Begin(Func<Task> work)
    {
        var task = new Task<Task>(work);
        if (SynchronizationContext.Current is null)
        {
            task.RunSynchronously(TaskScheduler.Default);
        }
        else
        {
            task.Start(TaskScheduler.Default);
        }
    }
}
