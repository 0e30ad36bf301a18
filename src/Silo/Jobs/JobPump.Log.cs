namespace Palisade.Silo.Jobs;

internal static partial class JobPumpLog
{
    [LoggerMessage(3001, LogLevel.Error, "Job {Kind} {JobId} failed in attempt {Attempt}")]
    public static partial void LogJobFailed(
        this ILogger logger,
        Exception exception,
        string kind,
        string jobId,
        int attempt
    );

    [LoggerMessage(3003, LogLevel.Error, "The job pump could not reach the store; it tries again")]
    public static partial void LogPumpFailed(this ILogger logger, Exception exception);

    [LoggerMessage(3002, LogLevel.Warning, "Node {NodeId} lost its lease; its jobs are stopped and taken up again")]
    public static partial void LogLeaseLost(this ILogger logger, string nodeId);
}
