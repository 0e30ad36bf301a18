namespace Palisade.Silo.Hosting;

internal static partial class UpkeepLog
{
    [LoggerMessage(3201, LogLevel.Error, "A round of upkeep failed; the next one tries again")]
    public static partial void LogUpkeepFailed(this ILogger logger, Exception exception);
}
