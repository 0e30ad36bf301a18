namespace Palisade.Silo.Hosting;

internal static partial class UpkeepLog
{
    [LoggerMessage(3201, LogLevel.Error, "Upkeep of {What} failed; the next round tries again")]
    public static partial void LogUpkeepFailed(this ILogger logger, Exception exception, string what);
}
