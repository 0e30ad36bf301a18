namespace Palisade.Runtime.Tests;

/// <summary>What grains did, in order, with a way to await an entry.</summary>
internal sealed class Journal
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly List<string> _entries = [];
    private readonly List<(string Entry, int Times, TaskCompletionSource Seen)> _awaited = [];

    public IReadOnlyList<string> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    public int Count(string entry) => Entries.Count(e => e == entry);

    public void Add(string entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            foreach (var (awaited, times, seen) in _awaited)
            {
                if (awaited == entry && _entries.Count(e => e == entry) >= times)
                {
                    seen.TrySetResult();
                }
            }
        }
    }

    /// <summary>Ends when the entry has been made that many times; fails with its name when it is not within 20 s.</summary>
    public async Task Saw(string entry, int times = 1)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_entries.Count(e => e == entry) >= times)
            {
                return;
            }

            _awaited.Add((entry, times, seen));
        }

        try
        {
            await seen.Task.WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"'{entry}' was not seen {times} times; seen: {string.Join(", ", Entries)}");
        }
    }
}
