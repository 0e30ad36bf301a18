using System.Data;
using Npgsql;

namespace Palisade.Storage.Postgres;

/// <summary>One moment of the database, however many queries it takes to read it and however long each takes.</summary>
internal sealed class Moment : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private Moment(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    public static async Task<Moment> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var patience = new NpgsqlCommand("SET LOCAL statement_timeout = 0", connection);
        await patience.ExecuteNonQueryAsync(cancellationToken);
        return new(connection, transaction);
    }

    /// <summary>Waits on the caller's thread: for checks that go on for long, and are written once for all
    /// stores.</summary>
    public List<T> Read<T>(Statement query, Func<IRow, T> read)
    {
        using var batch = new NpgsqlBatch(_connection) { BatchCommands = { query.ToCommand() }, Timeout = 0 };
        using var reader = batch.ExecuteReader();
        var (row, rows) = (new PostgresRow(reader), new List<T>());
        while (reader.Read())
        {
            rows.Add(read(row));
        }

        return rows;
    }

    public ValueTask DisposeAsync() => _transaction.DisposeAsync();
}
