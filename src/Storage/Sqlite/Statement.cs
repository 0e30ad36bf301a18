using SQLitePCL;

namespace Palisade.Storage.Sqlite;

/// <summary>A prepared statement: parameters are bound in order with <c>Add</c>, columns read by index.</summary>
internal sealed class Statement(Connection connection, sqlite3_stmt handle) : IRow, IDisposable
{
    private int _bound;
    private bool _busy;

    internal Statement Begin()
    {
        // INVARIANT: a statement is not used again before it was given back; nesting one query in itself would reset
        // the outer one.
        if (_busy)
        {
            throw new InvalidOperationException("The statement is in use.");
        }

        (_bound, _busy) = (0, true);
        return this;
    }

    public Statement Add(long value) => Bound(raw.sqlite3_bind_int64(handle, ++_bound, value));

    public Statement Add(long? value) => value is { } given ? Add(given) : AddNull();

    public Statement Add(string? value) =>
        value is null ? AddNull() : Bound(raw.sqlite3_bind_text(handle, ++_bound, value));

    public Statement Add(DateTimeOffset value) => Add(StoreTime.ToMicroseconds(value));

    public Statement Add(DateTimeOffset? value) => value is { } given ? Add(given) : AddNull();

    /// <summary>Text that is UTF-8 already; not empty.</summary>
    public Statement AddUtf8(ReadOnlySpan<byte> value) => Bound(raw.sqlite3_bind_text(handle, ++_bound, value));

    public Statement AddBlob(ReadOnlySpan<byte> value) =>
        Bound(
            value.IsEmpty
                ? raw.sqlite3_bind_zeroblob(handle, ++_bound, 0)
                : raw.sqlite3_bind_blob(handle, ++_bound, value)
        );

    private Statement AddNull() => Bound(raw.sqlite3_bind_null(handle, ++_bound));

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        return code == raw.SQLITE_ROW || (code == raw.SQLITE_DONE ? false : throw connection.Fault(code));
    }

    /// <summary>Runs to the end, gives the statement back and says how many rows changed.</summary>
    public int Run()
    {
        using (this)
        {
            while (Step()) { }

            return connection.Changes;
        }
    }

    /// <summary>Reads all rows and gives the statement back.</summary>
    public List<T> All<T>(Func<IRow, T> read)
    {
        using (this)
        {
            var rows = new List<T>();
            while (Step())
            {
                rows.Add(read(this));
            }

            return rows;
        }
    }

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    /// <summary>The text as it is stored, until the next step.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => raw.sqlite3_column_blob(handle, column);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    /// <summary>Gives the statement back to its connection.</summary>
    public void Dispose()
    {
        // The result repeats the error of the last step, which was thrown there.
        _ = raw.sqlite3_reset(handle);
        _ = raw.sqlite3_clear_bindings(handle);
        _busy = false;
    }

    internal void Close() => handle.Dispose();

    private Statement Bound(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            var fault = connection.Fault(code);
            Dispose();
            throw fault;
        }

        return this;
    }
}
