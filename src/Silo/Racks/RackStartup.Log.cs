namespace Palisade.Silo.Racks;

internal static partial class RackStartupLog
{
    [LoggerMessage(3101, LogLevel.Warning, "Rack {Rack} is not ready: {Problem}")]
    public static partial void LogNotReady(this ILogger logger, string rack, string problem);

    [LoggerMessage(3103, LogLevel.Error, "Racks could not be made ready; it is tried again")]
    public static partial void LogStartFailed(this ILogger logger, Exception exception);
}
