namespace Palisade.Silo.Outgoing;

internal static partial class OutgoingHttpLog
{
    [LoggerMessage(
        3301,
        LogLevel.Warning,
        "Nothing was sent to {Host}: it leads to no address of the public internet or of an allowed network (S12)"
    )]
    public static partial void LogRefused(this ILogger logger, string host);

    [LoggerMessage(3302, LogLevel.Information, "{Host} could not be reached: {Reason}")]
    public static partial void LogUnreachable(this ILogger logger, string host, string reason);
}
