using System.Globalization;
using Palisade.Domain.Access;
using Palisade.Domain.Kernel;
using Palisade.Grains.Access;

namespace Palisade.Web.Streams;

/// <summary>What is recorded of streams that stay open, whoever opens them.</summary>
internal static class StreamRecords
{
    /// <summary>
    /// Durably and before its first byte flows. Never with values a client could have put a secret in.
    /// </summary>
    public static Task OpenedAsync(
        this IRecorder recorder,
        Caller caller,
        Operation operation,
        Resource resource,
        (string Key, string Value)[] details,
        CancellationToken cancellationToken
    ) =>
        recorder.RecordAsync(
            caller,
            operation,
            resource,
            Outcome.With([("stream", "opened"), .. details]),
            cancellationToken
        );

    /// <param name="recorder">Where to.</param>
    /// <param name="caller">Whose it was.</param>
    /// <param name="operation">By which it was opened.</param>
    /// <param name="resource">What it was about.</param>
    /// <param name="cause">Why it ended.</param>
    /// <param name="sent">Bytes to the client.</param>
    public static Task ClosedAsync(
        this IRecorder recorder,
        Caller caller,
        Operation operation,
        Resource resource,
        string cause,
        long sent
    ) =>
        recorder.RecordAsync(
            caller,
            Operations.StreamClose,
            resource,
            Outcome.With(
                ("stream", "closed"),
                ("operation", operation.Name),
                ("cause", cause),
                ("sent", sent.ToString(CultureInfo.InvariantCulture))
            ),
            CancellationToken.None
        );
}
