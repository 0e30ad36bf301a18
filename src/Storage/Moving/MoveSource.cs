using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Sqlite;

namespace Palisade.Storage.Moving;

/// <summary>
/// The folder of a stopped server with an embedded store. It is held while this is open, and only read.
/// </summary>
internal sealed class MoveSource : IDisposable
{
    private readonly StoreLock _lock;
    private readonly Connection _database;

    private MoveSource(SqliteStoreOptions options, StoreLock held, Connection database) =>
        (Options, _lock, _database) = (options, held, database);

    public SqliteStoreOptions Options { get; }

    /// <summary>
    /// Throws <see cref="StoreUnusableException"/> when a server runs on it, or it is none of this version.
    /// </summary>
    public static MoveSource Open(SqliteStoreOptions options)
    {
        if (!File.Exists(options.DatabasePath))
        {
            throw new StoreUnusableException($"There is no SQLite data in {options.DataDirectory}.");
        }

        var held = StoreLock.Take(options.DataDirectory);
        try
        {
            var database = Connection.OpenReader(options.DatabasePath);
            try
            {
                MovedMark.Refuse(options.DataDirectory);
                RestoreMark.Refuse(options.DataDirectory);
                Migrator.RequireCurrent(database, options.DataDirectory);
                CheckKeys(database, options);
                return new(options, held, database);
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Heads of all streams.</summary>
    public List<(string Stream, Head Head)> Heads() => HeadQuery.All(_database);

    public IReadOnlyCollection<(string Id, byte[] CheckValue)> MasterKeys() => MasterKeyTable.Known(_database);

    public IReadOnlySet<string> ObjectFiles() => SqliteObjects.Files(_database);

    /// <summary>The last number that was given to a job.</summary>
    public long LastJob()
    {
        using var row = _database.Prepare("SELECT seq FROM sqlite_sequence WHERE name = 'job'");
        return row.Step() ? row.Int64(0) : 0;
    }

    /// <summary>The first thing that does not hold of chains and logs; null when all does.</summary>
    public async Task<string?> FindFaultAsync()
    {
        foreach (var (stream, head) in Heads())
        {
            var fault = await EntryPages.VerifyAsync(
                new(stream),
                head,
                after => Task.FromResult(EntryTable.Page(_database, stream, after, null))
            );
            if (fault is not null)
            {
                return $"{fault.Stream} entry {fault.Seq}: {fault.Why}";
            }
        }

        return SqliteAuditLog.Faults(_database).FirstOrDefault() is { } log
            ? $"log of '{log.Org}' from {log.Index} on: {log.Why}"
            : null;
    }

    /// <summary>All rows of a table in the order of its key.</summary>
    public void Read(StoredTable table, Action<IRow> read)
    {
        using var row = _database.Prepare(table.Select(column => Expression(table, column)));
        while (row.Step())
        {
            read(row);
        }
    }

    public void Dispose()
    {
        _database.Dispose();
        _lock.Dispose();
    }

    // What is a column there and part of the draft here.
    private static string Expression(StoredTable table, StoredColumn column) =>
        (table.Name, column.Name) == ("job", "standing")
            ? "coalesce(json_extract(draft, '$.draft.standing'), json_extract(draft, '$.standing'), 0)"
            : column.Name;

    private static void CheckKeys(Connection database, SqliteStoreOptions options)
    {
        var ring = MasterKeyCheck.LoadOrCreate(options.KeysPath, hasData: true);
        _ = MasterKeyCheck.IsNew(ring, MasterKeyTable.Known(database), options.KeysPath);
    }
}
