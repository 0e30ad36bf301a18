using Microsoft.Extensions.Logging;

namespace Palisade.Racks.Local.Engine;

public sealed partial class EngineHost
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Container service adopted on {Socket}")]
    private partial void LogAdopted(string socket);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Container service started as process {Pid} with storage {Driver}"
    )]
    private partial void LogStarted(int pid, string driver);

    [LoggerMessage(Level = LogLevel.Information, Message = "Container service {Pid} stopped")]
    private partial void LogStopped(int pid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container service {Pid} answers nothing and is replaced")]
    private partial void LogStandsStill(int pid);

    [LoggerMessage(Level = LogLevel.Error, Message = "Container service cannot be started: {Reason}")]
    private partial void LogNotStarted(string reason);
}
