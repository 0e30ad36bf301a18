using Palisade.Grains.Apps;
using Palisade.Grains.Jobs;
using Palisade.Storage.Jobs;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>
/// Settles an item, with what handlers do: progress, waits, other tries, faults, and going on when they are to stop.
/// </summary>
/// <param name="ledger">Of the organization and name, on the node that runs the job.</param>
internal sealed class LedgerJob(World world, TimeProvider clock, Func<string, string, Task<LedgerTurn>> ledger)
    : IJobHandler
{
    public const string Name = "simulation.settle";

    private readonly HashSet<string> _streams = new(StringComparer.Ordinal);

    public string Kind => Name;

    /// <summary>Two of one stream ran here at a time.</summary>
    public Exception? Fault { get; private set; }

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (!_streams.Add(context.Job.Stream))
        {
            Fault = new InvalidOperationException($"{context.Job.Id} runs beside another one of its stream");
        }

        try
        {
            return await WorkAsync(context, cancellationToken);
        }
        finally
        {
            _streams.Remove(context.Job.Stream);
        }
    }

    private async Task<JobEnd> WorkAsync(JobContext context, CancellationToken cancellationToken)
    {
        if (!await context.ProgressAsync("begins", cancellationToken))
        {
            return new JobEnd.Retry("stale", TimeSpan.Zero);
        }

        var heeds = !world.Chance(0.2);
        await Task.Delay(world.Between(0, world.Chance(0.2) ? 5 : 0.5), clock, heeds ? cancellationToken : default);
        if (world.Chance(0.1))
        {
            return new JobEnd.Retry("waits", world.Between(0, 2));
        }

        if (world.Chance(context.Job.Id.EndsWith('3') ? 0.9 : 0.05))
        {
            throw new InvalidDataException("a fault of the handler");
        }

        return await EndAsync(context, (item, job, attempt) => new ItemSettled(item, job, attempt))
            ? new JobEnd.Done()
            : new JobEnd.Retry("stale", TimeSpan.Zero);
    }

    public Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken) =>
        EndAsync(context, (item, job, attempt) => new ItemGivenUp(item, job, attempt));

    /// <summary>False when a newer attempt exists.</summary>
    private async Task<bool> EndAsync(JobContext context, Func<string, string, int, ItemEnded> end)
    {
        var words = context.Job.Payload.Split(' ');
        using var turn = await ledger(context.Job.Org, words[0]);
        var ended = await turn.Ledger.EndAsync(end(words[1], context.Job.Id, context.Attempt));
        return ended.Ok || ended.Problem.Code == JobToken.Stale
            ? ended.Ok
            : throw new InvalidOperationException(ended.Problem.Message);
    }
}
