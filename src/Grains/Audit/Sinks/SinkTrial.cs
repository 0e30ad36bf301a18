using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>
/// Tries a sink while somebody waits: one delivery without records, outside of the log's grain, which must not wait
/// for a receiver.
/// </summary>
public sealed class SinkTrial(
    IGate gate,
    AuditFacts facts,
    SinkReader reader,
    SinkTransports transports,
    IRecorder recorder
)
{
    /// <summary>
    /// Problems: <c>access.denied</c>, also of a file to whoever is no operator; <c>sink.not_found</c>,
    /// <c>audit.empty</c>, those of the transport.
    /// </summary>
    public async Task<Result<Done>> RunAsync(
        Caller caller,
        string org,
        string sinkId,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        var sink = (await facts.OfAsync(org, cancellationToken)).Sinks.GetValueOrDefault(sinkId);
        var operation = SinkOperations.Of(sink?.Kind ?? SinkKind.Webhook, org, Operations.SinkTest);
        var allowed = await gate.AuthorizeAsync(caller, operation, Resource.Org, cancellationToken);
        if (!allowed.Ok)
        {
            return allowed;
        }

        var tried = sink is null ? SinkProblems.NotFound(sinkId) : await SendAsync(org, sink, cancellationToken);
        var outcome = tried.Problem is { } problem ? Outcome.Failed(problem) : Outcome.Ok;
        await recorder.RecordAsync(
            caller,
            operation,
            Resource.Org,
            outcome with
            {
                Details = ImmutableSortedDictionary<string, string>.Empty.Add("sink", sinkId),
            },
            CancellationToken.None
        );
        return tried;
    }

    private async Task<Result<Done>> SendAsync(string org, Sink sink, CancellationToken cancellationToken) =>
        await reader.TestAsync(org, sink, cancellationToken) is { } batch
            ? await transports.DeliverAsync(sink, batch, cancellationToken)
            : LogExport.Empty;
}
