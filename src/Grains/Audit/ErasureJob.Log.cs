namespace Palisade.Grains.Audit;

internal static partial class ErasureJobLog
{
    [LoggerMessage(2101, LogLevel.Error, "What follows the erasure of {JobId} failed; it is tried again")]
    public static partial void LogErasureFailed(this ILogger logger, Exception exception, string jobId);
}
