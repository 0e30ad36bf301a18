using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Palisade.Racks.Local.Tests.Router;

/// <summary>Keeps what was logged.</summary>
internal sealed class LinesLog<T> : ILogger<T>
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Lines.Enqueue(formatter(state, exception));
}
