using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Kernel;
using Palisade.Grains.Jobs;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit;

/// <summary>Keeps one log: a job that runs as long as the installation does, on one node at a time.</summary>
public sealed class AuditJob(LogSealer sealer, LogIndexer indexer, LogRetention retention) : IJobHandler
{
    public const string Kind = "audit.keep";

    string IJobHandler.Kind => Kind;

    /// <summary>The job of a log. There is one of that id, however often it is asked for.</summary>
    public static JobDraft For(string org) =>
        new()
        {
            Id = $"{Kind}/{LogName.Of(org)}",
            Kind = Kind,
            Org = org,
            Stream = StreamId.Audit(LogName.Of(org)).Value,
            Operation = Operations.SystemMaintain.Name,
            Resource = "",
            Caller = Callers.OfLog(org),
            Standing = true,
        };

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        // One that fails ends all: the job begins again, and with it everything.
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] all =
        [
            sealer.RunAsync(context.Job.Org, together.Token),
            indexer.RunAsync(context.Job.Org, together.Token),
            retention.RunAsync(context.Job.Org, together.Token),
        ];
        try
        {
            await await Task.WhenAny(all);
        }
        finally
        {
            await together.CancelAsync();
            await Task.WhenAll(all)
                .ContinueWith(
                    static _ => { },
                    CancellationToken.None,
                    TaskContinuationOptions.None,
                    TaskScheduler.Default
                );
        }

        // The store's changes ended: it closes.
        return new JobEnd.Retry("the server stopped", TimeSpan.Zero);
    }

    /// <summary>A standing job is never given up.</summary>
    public Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken) =>
        Task.CompletedTask;
}
