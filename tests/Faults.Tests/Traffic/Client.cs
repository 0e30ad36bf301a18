using System.Collections.Concurrent;
using System.Globalization;
using Palisade.Faults.Tests.History;

namespace Palisade.Faults.Tests.Traffic;

/// <summary>One of many clients: it asks a node at random each time, and writes down what it sees.</summary>
/// <param name="stop">When it is to come to an end of its own.</param>
internal abstract class Client(Nodes nodes, ConcurrentQueue<Act> history, string name, int seed, CancellationToken stop)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private int _made;

    protected Nodes Nodes => nodes;

    protected Random Random { get; } = new(seed);

    protected bool IsOver => stop.IsCancellationRequested;

    /// <summary>Goes on until it is to stop.</summary>
    public async Task RunAsync()
    {
        while (!IsOver)
        {
            await ActAsync();
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>One round of what it does.</summary>
    protected abstract Task ActAsync();

    protected int AnyNode() => Random.Next(nodes.Count);

    /// <summary>A name that nobody else has.</summary>
    protected string Fresh() => string.Create(CultureInfo.InvariantCulture, $"{name}-{++_made}");

    protected void Saw(Act act) => history.Enqueue(act);

    /// <summary>
    /// Asks one node after the other until one answers for sure; the answer's span is that of all tries.
    /// </summary>
    protected async Task<Answer> UntilAnsweredAsync(Func<int, Task<Answer>> ask)
    {
        var began = Span.Now;
        while (true)
        {
            var answer = await ask(AnyNode());
            if (answer.Outcome != Outcome.Lost)
            {
                return answer with { Span = new(began, answer.Span.Ended) };
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Looks many times, in every way at once, until the task is over and for a moment longer.</summary>
    protected async Task WhileLookingAsync(Task task, Func<int, Random, Task> look)
    {
        const int After = 10;
        await Task.WhenAll(Enumerable.Range(0, nodes.Count).Select(LookAsync));

        async Task LookAsync(int node)
        {
            var random = new Random(HashCode.Combine(seed, node));
            for (var left = After; left > 0; )
            {
                left -= task.IsCompleted ? 1 : 0;
                await look(node, random);
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }
}
