using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Grains.Outgoing;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>Posts batches, signed with each secret that is good at that moment.</summary>
public sealed class WebhookTransport(
    IOutgoing outgoing,
    SinkSecrets secrets,
    IOptions<SinkOptions> options,
    TimeProvider time
) : ISinkTransport
{
    public SinkKind Kind => SinkKind.Webhook;

    public async Task<Result<Done>> DeliverAsync(
        Sink sink,
        SinkBatch batch,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(batch);
        var (now, body) = (time.GetUtcNow(), batch.ToBody());
        var url = await secrets.UrlAsync(batch.Org, sink, cancellationToken);
        var keys = await secrets.OpenAsync(batch.Org, sink, now, cancellationToken);
        var timestamp = now.ToUnixTimeSeconds();
        var sent = await outgoing.SendAsync(
            new OutgoingRequest("POST", url.Reveal())
            {
                Headers =
                [
                    ("Content-Type", "application/json"),
                    ("User-Agent", "Palisade-Audit/1"),
                    (WebhookSignature.IdHeader, batch.Id),
                    (WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture)),
                    (WebhookSignature.SignatureHeader, WebhookSignature.Of(keys.Reveal(), batch.Id, timestamp, body)),
                ],
                Body = body,
                Timeout = options.Value.Timeout,
            },
            cancellationToken
        );
        return sent.Then<Done>(answer =>
            answer.Ok ? Result.Done
            : answer.Status == (int)HttpStatusCode.Gone ? Result.Fail<Done>(SinkProblems.Gone)
            : Result.Fail<Done>(SinkProblems.Refused(answer.Status))
        );
    }
}
