namespace Palisade.Web.Hosting;

internal sealed partial class EdgeGuard
{
    [LoggerMessage(1, LogLevel.Error, "Request {RequestId} failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId);

    [LoggerMessage(2, LogLevel.Debug, "Request {RequestId}: the client left.")]
    private static partial void Left(ILogger logger, string requestId);

    [LoggerMessage(3, LogLevel.Warning, "Request {RequestId}: the database does not answer.")]
    private static partial void NotAnswered(ILogger logger, Exception exception, string requestId);
}
