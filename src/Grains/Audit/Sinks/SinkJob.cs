using System.Globalization;
using Microsoft.Extensions.Options;
using Palisade.Domain.Access;
using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Grains.Jobs;
using Palisade.Storage;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>
/// Delivers one log to one sink, from its cursor on and woken by seals, until the sink is paused or gone. The cursor
/// moves when a delivery succeeded, so one that was cut off is made again; a failure waits in the job's own row.
/// </summary>
public sealed class SinkJob(
    IStore store,
    AuditFacts facts,
    SinkReader reader,
    SinkTransports transports,
    IGrainFactory grains,
    IOptions<SinkOptions> options,
    TimeProvider time
) : IJobHandler
{
    public const string Kind = "audit.deliver";

    string IJobHandler.Kind => Kind;

    /// <summary>The job of a sink since it was last begun.</summary>
    public static JobDraft For(string org, string sinkId, int run) =>
        new()
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{Kind}/{LogName.Of(org)}/{sinkId}/{run}"),
            Kind = Kind,
            Org = org,
            Stream = $"{StreamId.Audit(LogName.Of(org)).Value}/{sinkId}",
            Operation = Operations.SystemMaintain.Name,
            Resource = "",
            Caller = Callers.OfLog(org),
            Payload = sinkId,
            Standing = true,
        };

    public async Task<JobEnd> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var org = context.Job.Org;

        // Subscribed before the first look, so that no seal falls between. A change of the sink is a record, and so
        // ends in a seal as well.
        await using var seals = store
            .Changes.SubscribeAsync(IAuditLog.Topic("sealed", org), cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        do
        {
            if (await DeliverAllAsync(context, cancellationToken) is { } end)
            {
                return end;
            }
        } while (await seals.MoveNextAsync());

        return new JobEnd.Retry("the server stopped", TimeSpan.Zero);
    }

    /// <summary>A standing job is never given up.</summary>
    public Task GiveUpAsync(JobContext context, string reason, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>Null when nothing is left to be delivered.</summary>
    private async Task<JobEnd?> DeliverAllAsync(JobContext context, CancellationToken cancellationToken)
    {
        var (org, id) = (context.Job.Org, context.Job.Payload);
        while (true)
        {
            if (!(await facts.OfAsync(org, cancellationToken)).Sinks.TryGetValue(id, out var sink))
            {
                await store.Deliveries.DeleteAsync(org, id, cancellationToken);
                return new JobEnd.Done();
            }

            if (sink.Paused is not null || context.Job.Id != For(org, id, sink.Run).Id)
            {
                return new JobEnd.Done();
            }

            var before = await BeforeAsync(context, sink, cancellationToken);
            if (await reader.NextAsync(org, sink, before.Next, cancellationToken) is not { } batch)
            {
                return null;
            }

            var delivered = await transports.DeliverAsync(sink, batch, cancellationToken);
            var now = time.GetUtcNow();
            var after = delivered.Problem is { } problem
                ? before with
                {
                    Failures = before.Failures + 1,
                    FailingSince = before.FailingSince ?? now,
                    Error = problem.Message,
                }
                : new Delivery(batch.Records[^1].Entry.Index + 1) { Succeeded = now };
            if (
                !await store.Deliveries.SaveAsync(
                    new(context.Job.Id, context.Attempt),
                    org,
                    id,
                    after,
                    cancellationToken
                )
            )
            {
                // A newer attempt goes on with it.
                return new JobEnd.Done();
            }

            if (delivered.Problem is { } failure)
            {
                return await FailedAsync(context, after, failure, now, cancellationToken);
            }
        }
    }

    private async Task<Delivery> BeforeAsync(JobContext context, Sink sink, CancellationToken cancellationToken)
    {
        var stored = await store.Deliveries.FindAsync(context.Job.Org, sink.Id, cancellationToken);

        // One that was begun again has all its time again.
        return stored is null ? new Delivery(sink.From)
            : context.Attempt == 1 ? stored with { Failures = 0, FailingSince = null }
            : stored;
    }

    private async Task<JobEnd> FailedAsync(
        JobContext context,
        Delivery delivery,
        Problem problem,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (problem.Code != SinkProblems.GoneCode && now - delivery.FailingSince < SinkRules.PauseAfter)
        {
            return new JobEnd.Retry(problem.Message, SinkRules.Backoff(delivery.Failures, options.Value.FirstDelay));
        }

        var (org, id) = (context.Job.Org, context.Job.Payload);
        var paused = await grains
            .GetGrain<IAuditGrain>(LogName.Of(org))
            .ReportSinkFailedAsync(context.SystemCaller, context.Token, id, problem.Message, cancellationToken);
        return paused.Ok
            ? new JobEnd.Failed(problem.Message)
            : new JobEnd.Retry(paused.Problem.Message, SinkRules.Backoff(delivery.Failures, options.Value.FirstDelay));
    }
}
