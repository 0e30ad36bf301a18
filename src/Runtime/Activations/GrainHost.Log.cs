using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

public sealed partial class GrainHost
{
    [LoggerMessage(1, LogLevel.Warning, "Activating {Activation} failed.")]
    internal partial void LogActivationFailed(Exception exception, Activation activation);

    [LoggerMessage(2, LogLevel.Error, "OnDeactivateAsync of {Activation} failed; it ends all the same.")]
    internal partial void LogDeactivationFailed(Exception exception, Activation activation);

    [LoggerMessage(3, LogLevel.Error, "Disposing {Activation} failed.")]
    internal partial void LogReleaseFailed(Exception exception, Activation activation);

    [LoggerMessage(4, LogLevel.Warning, "{Message}")]
    private partial void LogTimedOut(string message);

    [LoggerMessage(5, LogLevel.Warning, "The host stops with {Count} activations left, {Example} among them: the time to stop is used up.")]
    private partial void LogStoppedEarly(int count, Activation? example);

    [LoggerMessage(6, LogLevel.Error, "Looking after activations failed; the next round tries again.")]
    private partial void LogRoundFailed(Exception exception);
}
