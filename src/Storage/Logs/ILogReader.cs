namespace Palisade.Storage.Logs;

/// <summary>Reads logs of one machine: this one's, or another node's.</summary>
public interface ILogReader
{
    /// <summary>
    /// Lines in order from the query's start; with follow it goes on with new lines until cancelled or the log is
    /// completed.
    /// </summary>
    IAsyncEnumerable<LogLine> ReadAsync(string log, LogQuery query, CancellationToken cancellationToken = default);
}
