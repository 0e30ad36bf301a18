using System.Collections.Immutable;
using Palisade.Domain.Access;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>
/// Tries a sink while somebody waits: one delivery without records, outside of the log's grain, which must not wait
/// for a receiver. Whoever asks was authorized before.
/// </summary>
public sealed class SinkTrial(AuditFacts facts, SinkReader reader, SinkTransports transports, IRecorder recorder)
{
    /// <summary>Problems: <c>sink.not_found</c>, <c>audit.empty</c>, those of the transport.</summary>
    public async Task<Result<Done>> RunAsync(
        Caller caller,
        Operation operation,
        string org,
        string sinkId,
        CancellationToken cancellationToken = default
    )
    {
        var tried = await SendAsync(org, sinkId, cancellationToken);
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

    private async Task<Result<Done>> SendAsync(string org, string sinkId, CancellationToken cancellationToken)
    {
        if (!(await facts.OfAsync(org, cancellationToken)).Sinks.TryGetValue(sinkId, out var sink))
        {
            return Result.Fail<Done>(SinkProblems.NotFound(sinkId));
        }

        return await reader.TestAsync(org, sink, cancellationToken) is { } batch
            ? await transports.DeliverAsync(sink, batch, cancellationToken)
            : LogExport.Empty;
    }
}
