using System.Collections.Immutable;
using Palisade.Domain.Audit.Sinks;
using Palisade.Storage.Audit;

namespace Palisade.Web.Console.Audit;

/// <summary>Reads how far sinks are, for who may list them: they were asked for the operation before.</summary>
internal sealed class SinkStatusReader(IAuditLog log, IDeliveries deliveries, TimeProvider time)
{
    public async Task<ImmutableArray<SinkJson>> OfAsync(
        string org,
        IEnumerable<Sink> sinks,
        CancellationToken cancellationToken
    )
    {
        var shown = ImmutableArray.CreateBuilder<SinkJson>();
        var size = (await log.OpenAsync(org, cancellationToken)).Size;
        foreach (var sink in sinks)
        {
            var delivery = await deliveries.FindAsync(org, sink.Id, cancellationToken);
            shown.Add(SinkJson.Of(sink, delivery, size, time.GetUtcNow()));
        }

        return shown.ToImmutable();
    }
}
