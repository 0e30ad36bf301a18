using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Logs;
using Palisade.Storage.Moving;
using Palisade.Storage.Objects;
using Palisade.Storage.Operating;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;
using Palisade.Storage.Usage;
using Palisade.Storage.Views;

namespace Palisade.Storage.Sqlite;

/// <summary>The embedded store: one SQLite database and sealed files in one folder, held by one process.</summary>
public sealed partial class SqliteStore : IStore
{
    private readonly SqliteStoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly StoreLock _lock;
    private readonly ReadPool _readers;
    private readonly Writer _writer;
    private readonly ChangeFeed _feed;
    private readonly PersonKeys _people;
    private readonly SqliteTickets _tickets;
    private readonly SqliteUsageCounts _usage;
    private readonly ObjectFolder _objects;
    private readonly FileLogStore _logs;
    private readonly SqliteAuditSearch _search;
    private readonly Upkeep _upkeep;
    private int _disposed;

    private SqliteStore(
        SqliteStoreOptions options,
        StoreLock held,
        Connection connection,
        MasterKeyRing ring,
        ObjectFolder objects,
        TimeProvider clock,
        ILogger logger
    )
    {
        var heads = new HeadCache();
        var tickets = new TicketCache();
        var keyCache = new DataKeyCache(clock);
        var signal = new JobSignal();
        (_options, _clock) = (options, clock);
        _lock = held;
        _feed = new();
        _readers = new(options.DatabasePath, options.Readers);
        _writer = new(connection, heads, tickets, keyCache, _feed, signal, clock, logger);
        var keys = new SqliteDataKeys(_writer, _readers, keyCache, ring);
        _people = new(keys, clock);
        Personal = new SqlitePersonalData(_people, _writer, _readers, options.KeysPath);
        _tickets = new(_writer, _readers, tickets, _people, clock);
        _usage = new(_writer, clock);
        Attempts = new MemoryAttempts(clock);
        Journal = new SqliteJournal(_writer, _readers, heads, options.Events, _people, clock);
        Looks = new SeparateLooks(_tickets, Journal);
        History = new SqliteAccessHistory(_readers, options.Events);
        Audit = new SqliteAuditLog(_writer, _readers);
        Deliveries = new SqliteDeliveries(_writer, _readers);
        Retention = new SqliteRetention(_writer, _readers);
        Inventory = new SqliteInventory(_readers, ring);
        Views = new SqliteViews(_readers);
        Jobs = new SqliteJobs(_writer, _readers, new NodeLeases(clock), signal, _people, clock);
        Sealer = new DataKeySealer(keys);
        _search = new(options.SearchPath, Audit, Sealer, Personal, _feed, options.Readers);
        _objects = objects;
        Objects = new SqliteObjects(_writer, _readers, keys, objects);
        _logs = new(options.LogsPath, keys, new(options.LogSegmentBytes, options.LogMaxBytes), clock, logger);
        _upkeep = new([_tickets.FlushAsync, _usage.FlushAsync, _logs.TrimAsync], clock, logger);
    }

    public IJournal Journal { get; }

    public IAuditLog Audit { get; }

    public IAuditSearch Search => _search;

    public IDeliveries Deliveries { get; }

    public IRetention Retention { get; }

    public IViews Views { get; }

    public IJobStore Jobs { get; }

    public ITickets Tickets => _tickets;

    public ILooks Looks { get; }

    public IObjectStore Objects { get; }

    public ILogStore Logs => _logs;

    public IUsageCounts Usage => _usage;

    public IAttempts Attempts { get; }

    public IAccessHistory History { get; }

    public ISealer Sealer { get; }

    public IPersonalData Personal { get; }

    public IInventory Inventory { get; }

    public IChangeFeed Changes => _feed;

    /// <summary>
    /// Data keys that were found when it was opened although they had been destroyed: an older backup was restored.
    /// </summary>
    internal int ErasedAgain { get; private init; }

    /// <summary>
    /// Opens the folder, migrating it when needed. Throws <see cref="StoreUnusableException"/> when another process
    /// holds it, when the master key is missing or wrong, or when a newer version wrote it.
    /// </summary>
    public static Task<SqliteStore> OpenAsync(
        SqliteStoreOptions options,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Open(options, clock, loggers), cancellationToken);

    /// <summary>As <see cref="OpenAsync"/>, on the caller's thread: for composition, which cannot wait.</summary>
    public static SqliteStore Open(SqliteStoreOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.DataDirectory);
        PrivateFiles.CloseFolder(options.DataDirectory);
        var held = StoreLock.Take(options.DataDirectory);
        try
        {
            RestoreMark.Refuse(options.DataDirectory);
            MovedMark.Refuse(options.DataDirectory);
            return File.Exists(options.DatabasePath) || !ObjectFolder.HasFiles(options.ObjectsPath)
                ? OpenHeld(options, held, clock, loggers)
                : throw ObjectFolder.Foreign(options.ObjectsPath);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Also what a restore has not finished yet. The store lets go of the folder when it is closed.</summary>
    internal static SqliteStore OpenHeld(
        SqliteStoreOptions options,
        StoreLock held,
        TimeProvider clock,
        ILoggerFactory loggers
    )
    {
        var logger = loggers.CreateLogger<SqliteStore>();
        Connection? connection = null;
        try
        {
            // INVARIANT: the key is on disk before there is any data, so data without a key is never a first start that
            // was interrupted.
            var ring = MasterKeyCheck.LoadOrCreate(options.KeysPath, File.Exists(options.DatabasePath));
            PrivateFiles.Open(options.DatabasePath, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
            connection = Connection.OpenWriter(options.DatabasePath);
            if (options.Migrates)
            {
                Migrator.Apply(connection, clock, logger);
            }
            else
            {
                Migrator.RequireCurrent(connection, options.DataDirectory);
            }

            MasterKeyTable.Check(connection, ring, options.KeysPath);
            var known = ErasureList.Read(options.KeysPath);
            var erased = DataKeyTable.EraseAgain(connection, known, StoreTime.Now(clock));
            var objects = new ObjectFolder(options.ObjectsPath);
            var swept = objects.Sweep(SqliteObjects.Files(connection));
            Swept(logger, swept);
            return new(options, held, connection, ring, objects, clock, logger) { ErasedAgain = erased };
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    public Task<StoreSize> SizeAsync(CancellationToken cancellationToken = default) =>
        Task.Run(
            () =>
                new StoreSize(
                    FolderSize.Of(_options.DataDirectory, "palisade.db*", SearchOption.TopDirectoryOnly),
                    FolderSize.Of(_options.ObjectsPath),
                    FolderSize.Of(_options.LogsPath),
                    new DriveInfo(_options.DataDirectory).AvailableFreeSpace
                ),
            cancellationToken
        );

    public Task BackupAsync(string folder, CancellationToken cancellationToken = default)
    {
        var note = BackupNote.New(_clock);
        return StoreBackup.RunAsync(folder, _options, _readers, _objects, _logs, note, cancellationToken);
    }

    /// <summary>
    /// Brings a backup back into a folder that holds no data, with the master key ring it was written with. Revokes all
    /// sessions, tokens and invites unless told to keep them, and records the fork with the heads it starts from in the
    /// installation's log (S06).
    /// </summary>
    public static Task RestoreAsync(
        string backup,
        string dataDirectory,
        RestoreOptions options,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken = default
    ) => StoreRestore.RunAsync(backup, dataDirectory, options, clock, loggers, cancellationToken);

    internal async Task DeclareForkAsync(BackupNote note, RestoreOptions restore, CancellationToken cancellationToken)
    {
        var append = await _readers.ReadLongAsync(
            db =>
                RestoreRecord.Of(
                    HeadQuery.All(db),
                    LogTable.Orgs(db).ToDictionary(org => org, org => CheckpointTable.Find(db, org, null)),
                    note,
                    restore,
                    ErasedAgain
                ),
            cancellationToken
        );
        var prepared = new List<PreparedAppend>();
        foreach (var part in append)
        {
            prepared.Add(await PreparedAppend.CreateAsync(part, _options.Events, _people, cancellationToken));
        }

        var declared = await _writer.WriteAsync(
            session =>
            {
                if (!restore.KeepCredentials)
                {
                    session.ChangeTickets();
                    session.Prepare("UPDATE ticket SET revoked = ? WHERE revoked IS NULL").Add(session.Now).Run();
                    session.Prepare("DELETE FROM idempotency").Run();
                }

                return prepared.Count(part => AppendWork.Run(session, part) is Appended);
            },
            cancellationToken
        );
        if (declared != prepared.Count)
        {
            throw RestoreRecord.Undeclared();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _upkeep.DisposeAsync();
        await _logs.CloseAsync();
        await _writer.DisposeAsync();
        _feed.Complete();
        _search.Dispose();
        _readers.Dispose();
        _lock.Dispose();
    }

    [LoggerMessage(EventId = 12, Level = LogLevel.Debug, Message = "Removed {Count} files that no object refers to")]
    private static partial void Swept(ILogger logger, int count);
}
