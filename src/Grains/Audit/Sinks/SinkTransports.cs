using System.Collections.Frozen;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>The transport of each kind of sinks.</summary>
public sealed class SinkTransports(IEnumerable<ISinkTransport> transports)
{
    private readonly FrozenDictionary<SinkKind, ISinkTransport> _transports = transports.ToFrozenDictionary(t =>
        t.Kind
    );

    /// <inheritdoc cref="ISinkTransport.DeliverAsync"/>
    public Task<Result<Done>> DeliverAsync(Sink sink, SinkBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sink);
        return _transports[sink.Kind].DeliverAsync(sink, batch, cancellationToken);
    }
}
