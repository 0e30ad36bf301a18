namespace Palisade.Storage.Postgres;

/// <summary>
/// Reads by key that those who ask at the same time share. INVARIANT: a question joins only a read that is sent after
/// it was asked, so an answer is never older than the question.
/// </summary>
/// <param name="read">Gives what there is; a key that is missing has nothing.</param>
/// <param name="atOnce">Reads under way at one time; what is asked meanwhile gathers for the next.</param>
internal sealed class FreshReads<TKey, TValue>(Func<TKey[], Task<Dictionary<TKey, TValue>>> read, int atOnce)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private Gathering _next = new();
    private int _running;

    private sealed class Gathering
    {
        public HashSet<TKey> Keys { get; } = [];

        public TaskCompletionSource<Dictionary<TKey, TValue>> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public Task<Dictionary<TKey, TValue>> AskAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken)
    {
        var asked = keys.ToHashSet();
        if (asked.Count == 0)
        {
            return Task.FromResult(new Dictionary<TKey, TValue>());
        }

        Gathering joined;
        var start = false;
        lock (_gate)
        {
            joined = _next;
            joined.Keys.UnionWith(asked);
            if (_running < atOnce)
            {
                start = true;
                _running++;
            }
        }

        if (start)
        {
            OwnWork.Begin(RunAsync);
        }

        return joined.Answer.Task.WaitAsync(cancellationToken);
    }

    private async Task RunAsync()
    {
        while (Next() is { } next)
        {
            try
            {
                next.Answer.SetResult(await read([.. next.Keys]));
            }
#pragma warning disable CA1031 // Belongs to those who asked.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                next.Answer.SetException(exception);
            }
        }
    }

    private Gathering? Next()
    {
        lock (_gate)
        {
            if (_next.Keys.Count == 0)
            {
                _running--;
                return null;
            }

            var gathered = _next;
            _next = new();
            return gathered;
        }
    }
}
