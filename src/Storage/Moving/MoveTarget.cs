using System.Data;
using Npgsql;
using NpgsqlTypes;
using Palisade.Storage.Journal;
using Palisade.Storage.Operating;
using Palisade.Storage.Postgres;

namespace Palisade.Storage.Moving;

/// <summary>
/// The PostgreSQL database that takes everything in one transaction of its owner's: it has all of it or nothing,
/// whenever the move or the server is killed. Nobody opens a store there meanwhile.
/// </summary>
internal sealed class MoveTarget : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private MoveTarget(NpgsqlDataSource source, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_source, _connection, _transaction) = (source, connection, transaction);

    public required List<StoredTable> Tables { get; init; }

    public static async Task<MoveTarget> OpenAsync(PostgresStoreOptions options, CancellationToken cancellationToken)
    {
        var source = options.Owner();
        NpgsqlConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(cancellationToken);
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
            var target = new MoveTarget(source, connection, transaction)
            {
                Tables = await StoredTable.AllAsync(connection, cancellationToken),
            };
            await Locks.Opening().RunAsync(connection, cancellationToken);
            return target;
        }
        catch
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            await source.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether everything is here already that has these heads.</summary>
    /// <param name="record">The stream that is written when it has been moved.</param>
    public async Task<bool> HasMovedAsync(string headsDigest, StreamId record, CancellationToken cancellationToken)
    {
        var heads = new List<(string Stream, Head Head)>();
        await using var command = new NpgsqlCommand("SELECT id, head, hash FROM stream ORDER BY id", _connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            heads.Add((row.GetString(0), new(row.GetInt64(1), row.GetFieldValue<byte[]>(2))));
        }

        return heads.Exists(head => head.Stream == record.Value) || OperatorRecord.DigestOf(heads) == headsDigest;
    }

    /// <summary>The first table that holds rows; null when there are none.</summary>
    public async Task<string?> FindFilledAsync(CancellationToken cancellationToken)
    {
        foreach (var table in Tables.Select(table => table.Name).Append("node"))
        {
            await using var any = new NpgsqlCommand($"SELECT EXISTS (SELECT 1 FROM {table})", _connection);
            if ((bool)(await any.ExecuteScalarAsync(cancellationToken))!)
            {
                return table;
            }
        }

        return null;
    }

    /// <summary>Takes all rows of a table from the source, and reads them back to compare; gives how many.</summary>
    public async Task<long> TakeAsync(MoveSource source, StoredTable table, CancellationToken cancellationToken)
    {
        using var given = new RowDigest();
        await Task.Run(() => Copy(source, table, given, cancellationToken), cancellationToken);
        using var taken = new RowDigest();
        await Task.Run(() => ReadBack(table, taken), cancellationToken);
        return (given.Rows, given.End()) == (taken.Rows, taken.End())
            ? taken.Rows
            : throw new InvalidDataException(
                $"The rows of {table.Name} are not in PostgreSQL what they are in SQLite."
            );
    }

    /// <summary>Numbers go on after those that were given.</summary>
    public async Task ContinueAsync(long lastJob, CancellationToken cancellationToken)
    {
        const string Set = "SELECT setval(pg_get_serial_sequence($1, 'n'), $2) WHERE $2 > 0";
        await Statement.Of(Set).Add("job").Add(lastJob).RunAsync(_connection, cancellationToken);
        await new Statement(
            """
            SELECT setval(pg_get_serial_sequence('unsealed', 'n'), max(n)) FROM unsealed HAVING max(n) > 0
            """
        ).RunAsync(_connection, cancellationToken);
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        // Plans of the first queries would take the tables for empty.
        await new Statement("ANALYZE").RunAsync(_connection, cancellationToken);
        await _transaction.CommitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }

    private void Copy(MoveSource source, StoredTable table, RowDigest digest, CancellationToken cancellationToken)
    {
        var values = new object?[table.Columns.Length];
        using var importer = _connection.BeginBinaryImport(
            $"COPY {table.Name} ({table.Named(column => column.Name)}) FROM STDIN (FORMAT BINARY)"
        );
        source.Read(
            table,
            row =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                RowValues.Read(table, row, values);
                digest.Add(values);
                importer.StartRow();
                for (var i = 0; i < values.Length; i++)
                {
                    Write(importer, table.Columns[i].Kind, values[i]);
                }
            }
        );
        importer.Complete();
    }

    private static void Write(NpgsqlBinaryImporter importer, StoredKind kind, object? value)
    {
        switch (value, kind)
        {
            case (null, _):
                importer.WriteNull();
                break;
            case (long flag, StoredKind.Flag):
                importer.Write(flag != 0, NpgsqlDbType.Boolean);
                break;
            case (long number, StoredKind.SmallNumber):
                importer.Write(checked((int)number), NpgsqlDbType.Integer);
                break;
            case (long number, _):
                importer.Write(number, NpgsqlDbType.Bigint);
                break;
            case (string text, _):
                importer.Write(text, NpgsqlDbType.Text);
                break;
            case (byte[] bytes, _):
                importer.Write(bytes, NpgsqlDbType.Bytea);
                break;
        }
    }

    private void ReadBack(StoredTable table, RowDigest digest)
    {
        var values = new object?[table.Columns.Length];
        using var command = new NpgsqlCommand(
            table.Select(column => column.Kind == StoredKind.Flag ? $"{column.Name}::int" : column.Name),
            _connection
        );
        using var reader = command.ExecuteReader();
        var row = new PostgresRow(reader);
        while (reader.Read())
        {
            RowValues.Read(table, row, values);
            digest.Add(values);
        }
    }
}
