using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// One SQLite connection with its prepared statements; used by one thread at a time. Written on the C API's bindings
/// rather than ADO.NET: the append path binds UTF-8 that is already there and pays no parameter objects.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int BusyTimeoutMs = 5_000;

    /// <summary>A checkpoint waits this long for readers, and the writer's next group for the checkpoint.</summary>
    private const int CheckpointTimeoutMs = 250;

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    static Connection() => Batteries_V2.Init();

    private Connection(sqlite3 handle) => Handle = handle;

    internal sqlite3 Handle { get; }

    /// <summary>The writer's connection: WAL, every commit synced.</summary>
    public static Connection OpenWriter(string path)
    {
        var connection = Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        connection.Execute(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
        );
        connection.Execute("PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY;");
        return connection;
    }

    public static Connection OpenReader(string path)
    {
        var connection = Open(path, raw.SQLITE_OPEN_READWRITE);
        connection.Execute("PRAGMA query_only=ON; PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;");
        return connection;
    }

    /// <summary>A prepared statement of this connection, ready to bind; dispose it to give it back.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared));
            statement = new Statement(this, prepared);
            _statements.Add(sql, statement);
        }

        return statement.Begin();
    }

    /// <summary>Runs statements without parameters or rows.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(Handle, sql));

    /// <summary>Reads one moment of the database, however many queries that takes.</summary>
    public T AtOneMoment<T>(Func<T> read)
    {
        Execute("BEGIN");
        try
        {
            return read();
        }
        finally
        {
            // Some faults end the transaction by themselves: what was thrown is not to be hidden by another.
            if (InTransaction)
            {
                Execute("ROLLBACK");
            }
        }
    }

    /// <summary>What is deleted in it is overwritten with zeros where it stood.</summary>
    public void DeleteSecurely(Action delete)
    {
        Execute("PRAGMA secure_delete=ON");
        try
        {
            delete();
        }
        finally
        {
            Execute("PRAGMA secure_delete=OFF");
        }
    }

    /// <summary>
    /// Writes the rows of a table anew, and zeros over all pages that they stood in: SQLite leaves copies of rows
    /// behind in the free part of a page when it moves or changes them, which deleting them later does not reach.
    /// All of it is
    /// in the open transaction: rolled back, it leaves no temporary table either.
    /// </summary>
    public void Rewrite(string table, string order)
    {
        Execute($"CREATE TEMP TABLE kept AS SELECT * FROM {table}");
        DeleteSecurely(() => Execute($"DELETE FROM {table}"));
        Execute($"INSERT INTO {table} SELECT * FROM kept ORDER BY {order}");
        Execute("DROP TABLE kept");
    }

    /// <summary>
    /// Brings all of the write-ahead log into the database and empties it. False: a reader was in the way.
    /// </summary>
    public bool Checkpoint()
    {
        raw.sqlite3_busy_timeout(Handle, CheckpointTimeoutMs);
        try
        {
            using var row = Prepare("PRAGMA wal_checkpoint(TRUNCATE)");
            return row.Step() && row.Int32(0) == 0;
        }
        finally
        {
            raw.sqlite3_busy_timeout(Handle, BusyTimeoutMs);
        }
    }

    public int Changes => raw.sqlite3_changes(Handle);

    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>
    /// Copies this database into another in one step: a consistent snapshot, which in WAL mode blocks no writer.
    /// </summary>
    public void BackupTo(string path)
    {
        using var target = Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        using var backup =
            raw.sqlite3_backup_init(target.Handle, "main", Handle, "main")
            ?? throw target.Fault(raw.sqlite3_errcode(target.Handle));
        var code = raw.sqlite3_backup_step(backup, -1);
        if (code != raw.SQLITE_DONE)
        {
            throw target.Fault(code);
        }
    }

    internal void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw Fault(code);
        }
    }

    internal SqliteException Fault(int code) =>
        new(raw.sqlite3_errmsg(Handle).utf8_to_string(), code, raw.sqlite3_extended_errcode(Handle));

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Close();
        }

        _statements.Clear();
        Handle.Dispose();
    }

    private static Connection Open(string path, int flags)
    {
        var code = raw.sqlite3_open_v2(path, out var handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        var connection = new Connection(handle);
        if (code != raw.SQLITE_OK)
        {
            var fault = connection.Fault(code);
            connection.Dispose();
            throw fault;
        }

        // The lock file keeps other processes away; within this one a reader may meet a checkpoint for a moment.
        raw.sqlite3_busy_timeout(handle, BusyTimeoutMs);
        return connection;
    }
}
