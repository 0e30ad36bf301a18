using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>Delivers to one kind of sinks.</summary>
public interface ISinkTransport
{
    SinkKind Kind { get; }

    /// <summary>
    /// Delivers once; the receiver has it when it succeeds. Problems say why not, without anything that was answered.
    /// </summary>
    Task<Result<Done>> DeliverAsync(Sink sink, SinkBatch batch, CancellationToken cancellationToken = default);
}
