using System.Collections.Concurrent;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// Read connections, opened when first needed and given back after each query. WAL readers never wait for the writer.
/// </summary>
internal sealed class ReadPool(string path, int size) : IDisposable
{
    private readonly ConcurrentBag<Connection> _idle = [];
    private readonly SemaphoreSlim _room = new(size, size);

    /// <summary>Runs a short query on the caller's thread.</summary>
    public async Task<T> ReadAsync<T>(Func<Connection, T> query, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            var connection = _idle.TryTake(out var idle) ? idle : Connection.OpenReader(path);
            try
            {
                return query(connection);
            }
            finally
            {
                _idle.Add(connection);
            }
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Runs a query that may take long on a thread of the pool.</summary>
    public Task<T> ReadLongAsync<T>(Func<Connection, T> query, CancellationToken cancellationToken) =>
        Task.Run(() => ReadAsync(query, cancellationToken), cancellationToken);

    public void Dispose()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        _room.Dispose();
    }
}
