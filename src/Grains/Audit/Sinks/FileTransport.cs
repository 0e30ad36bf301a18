using Palisade.Domain.Audit;
using Palisade.Domain.Audit.Sinks;
using Palisade.Domain.Kernel;
using Palisade.Storage.Audit;

namespace Palisade.Grains.Audit.Sinks;

/// <summary>Appends batches to the sink's file.</summary>
public sealed class FileTransport(SinkFolder folder) : ISinkTransport
{
    public SinkKind Kind => SinkKind.File;

    public async Task<Result<Done>> DeliverAsync(
        Sink sink,
        SinkBatch batch,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(batch);
        try
        {
            // A sync of a slow disk is not for a thread that others wait for.
            await Task.Run(() => folder.Append(LogName.Of(batch.Org), sink.Id, batch.ToLines()), cancellationToken);
            return Result.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SinkProblems.NoRoom(e.Message);
        }
    }
}
