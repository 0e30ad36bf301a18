namespace Palisade.Grains.Apps;

internal static partial class ConvergenceLog
{
    [LoggerMessage(2001, LogLevel.Warning, "A step of {App} failed at {Address}: {Code}")]
    public static partial void LogStepFailed(this ILogger logger, string app, string address, string code);

    [LoggerMessage(2002, LogLevel.Error, "An attempt at converging {App} ended by a fault; it is tried again")]
    public static partial void LogAttemptFailed(this ILogger logger, Exception exception, string app);
}
