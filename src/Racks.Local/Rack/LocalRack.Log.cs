namespace Palisade.Racks.Local.Rack;

internal static partial class LocalRackLog
{
    [LoggerMessage(4001, LogLevel.Warning, "Reading the log of process {ProcessId} was interrupted; it is read again")]
    public static partial void LogLogReadFailed(this ILogger logger, Exception exception, string processId);

    [LoggerMessage(4002, LogLevel.Warning, "Looking after rack {Rack} failed; it is tried again")]
    public static partial void LogWatchFailed(this ILogger logger, Exception exception, string rack);

    [LoggerMessage(4003, LogLevel.Information, "Rack {Rack} is ready: {Containers} processes adopted")]
    public static partial void LogReady(this ILogger logger, string rack, int containers);

    [LoggerMessage(4004, LogLevel.Warning, "Measuring the disk of rack {Rack} failed; it is tried again")]
    public static partial void LogDiskWatchFailed(this ILogger logger, Exception exception, string rack);
}
