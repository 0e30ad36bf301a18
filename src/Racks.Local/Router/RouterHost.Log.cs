using Microsoft.Extensions.Logging;

namespace Palisade.Racks.Local.Router;

public sealed partial class RouterHost
{
    [LoggerMessage(1, LogLevel.Information, "Router started as process {Pid}")]
    private partial void LogStarted(int pid);

    [LoggerMessage(2, LogLevel.Information, "Router adopted, process {Pid}")]
    private partial void LogAdopted(int pid);

    [LoggerMessage(3, LogLevel.Information, "Router reloaded to {Fingerprint}")]
    private partial void LogReloaded(string fingerprint);

    [LoggerMessage(4, LogLevel.Warning, "Router's master process is gone; starting it again")]
    private partial void LogDied();

    [LoggerMessage(5, LogLevel.Error, "Router could not be started: {Reason}")]
    private partial void LogStartFailed(string reason);

    [LoggerMessage(6, LogLevel.Warning, "Router refused a change at run time, reloading instead: {Reason}")]
    private partial void LogFallback(string reason);

    [LoggerMessage(7, LogLevel.Error, "Router refused a rendered configuration, the good one stays: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(8, LogLevel.Error, "Router did not load its new configuration, the previous one is back: {Reason}")]
    private partial void LogRestored(string reason);

    [LoggerMessage(9, LogLevel.Warning, "Router's recorded model could not be read")]
    private partial void LogModelLost(Exception exception);

    [LoggerMessage(10, LogLevel.Error, "Router could not be looked at")]
    private partial void LogWatchFailed(Exception exception);

    [LoggerMessage(11, LogLevel.Error, "Port {Port} of {Address} is held by {Program}, process {Pid}")]
    private partial void LogTaken(int port, string address, string program, int pid);
}
