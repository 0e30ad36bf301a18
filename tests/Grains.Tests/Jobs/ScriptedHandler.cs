using Palisade.Grains.Jobs;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Tests.Jobs;

/// <summary>Does what a test says, and counts.</summary>
internal sealed class ScriptedHandler : IJobHandler
{
    private int _now;
    private int _started;

    public string Kind => "test.kind";

    public int Started => Volatile.Read(ref _started);

    /// <summary>Attempts that ran at the same time.</summary>
    public int Most { get; private set; }

    public List<string> GivenUp { get; } = [];

    public Func<JobContext, CancellationToken, Task<JobEnd>> Run { get; set; } =
        static (_, _) => Task.FromResult<JobEnd>(new JobEnd.Done());

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        Most = Math.Max(Most, Interlocked.Increment(ref _now));
        Interlocked.Increment(ref _started);
        try
        {
            return await Run(context, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }

    public Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken)
    {
        GivenUp.Add(reason);
        return Task.CompletedTask;
    }
}
