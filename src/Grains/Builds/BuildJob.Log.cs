namespace Palisade.Grains.Builds;

internal static partial class BuildJobLog
{
    [LoggerMessage(2101, LogLevel.Error, "Build {Build} was ended by a fault in attempt {Attempt}")]
    public static partial void LogBuildFault(this ILogger logger, Exception exception, string build, int attempt);
}
