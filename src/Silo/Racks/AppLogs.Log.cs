namespace Palisade.Silo.Racks;

internal static partial class AppLogsLog
{
    [LoggerMessage(3211, LogLevel.Error, "Lines of {App} were dropped, and its log could not be told so")]
    public static partial void LogGapNotTold(this ILogger logger, Exception exception, string app);
}
