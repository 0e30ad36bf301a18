namespace Palisade.Silo.Racks;

internal static partial class RackStartupLog
{
    [LoggerMessage(3101, LogLevel.Warning, "Rack {Rack} is not ready: {Problem}")]
    public static partial void LogNotReady(this ILogger logger, string rack, string problem);
}
