namespace Palisade.Grains.Apps;

internal static partial class ConvergenceLog
{
    [LoggerMessage(2001, LogLevel.Warning, "A step of {App} failed at {Address}: {Code}")]
    public static partial void LogStepFailed(this ILogger logger, string app, string address, string code);

    [LoggerMessage(2002, LogLevel.Error, "A step of {App} broke at {Address}")]
    public static partial void LogStepBroke(this ILogger logger, Exception exception, string app, string address);

    [LoggerMessage(2003, LogLevel.Error, "A look at {App} broke; it is tried again")]
    public static partial void LogRoundFailed(this ILogger logger, Exception exception, string app);
}
