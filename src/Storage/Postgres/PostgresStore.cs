using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Logs;
using Palisade.Storage.Objects;
using Palisade.Storage.Operating;
using Palisade.Storage.Personal;
using Palisade.Storage.Tickets;
using Palisade.Storage.Usage;
using Palisade.Storage.Views;

namespace Palisade.Storage.Postgres;

/// <summary>The store of a cluster: one PostgreSQL database that many processes write to.</summary>
public sealed class PostgresStore : IStore
{
    private readonly NpgsqlDataSource _pool;
    private readonly NpgsqlDataSource _listening;
    private readonly ChangeFeed _feed = new();
    private readonly Notices _notices;
    private readonly Listener _listener;
    private readonly AppendQueue _appends;
    private readonly PostgresJobs _jobs;
    private readonly PostgresUsageCounts _usage;
    private readonly FileLogStore _logs;
    private readonly StoreLock _lock;
    private readonly Upkeep _upkeep;
    private readonly Upkeep _watch;
    private readonly Database _database;
    private readonly PostgresStoreOptions _options;
    private readonly int _erasedAgain;
    private int _disposed;

    private PostgresStore(Parts parts)
    {
        var (options, clock) = (parts.Options, parts.Clock);
        Clock = clock;
        (_options, _database, _erasedAgain) = (options, parts.Database, parts.ErasedAgain);
        (_pool, _listening, _feed) = (parts.Pool, parts.Listening, parts.Feed);
        (_notices, _listener) = (parts.Notices, parts.Listener);
        var keys = new PostgresDataKeys(parts.Database, parts.Keys, parts.Ring, clock);
        var people = new PersonKeys(keys, clock);
        var refusals = new AppendRefusals(parts.Database, parts.Heads, clock);
        _appends = new(
            new(
                parts.Database,
                parts.Heads,
                refusals,
                new(parts.Database, refusals),
                parts.News,
                clock,
                options.CommitPatience,
                parts.Logger
            ),
            options.Pumps
        );
        var tickets = new PostgresTickets(parts.Database, parts.Looks, people, clock);
        Journal = new PostgresJournal(parts.Database, _appends, refusals, parts.Heads, options.Events, people);
        Audit = new PostgresAuditLog(parts.Database, parts.News, clock);
        Views = new PostgresViews(parts.Database);
        _jobs = new(parts.Database, parts.News, parts.Signal, people, clock);
        (Tickets, Looks) = (tickets, tickets);
        Sealer = new DataKeySealer(keys);
        Personal = new PostgresPersonalData(people, parts.Database, options);
        var vacuum = new Vacuum(options);
        Search = new PostgresAuditSearch(parts.Database, vacuum, Audit, new(Sealer, Personal), parts.News);
        Retention = new PostgresRetention(parts.Database, options, vacuum, Audit, parts.News, clock);
        Deliveries = new PostgresDeliveries(parts.Database, parts.News);
        Inventory = new PostgresInventory(parts.Database, parts.Ring);
        History = new PostgresAccessHistory(parts.Database, options.Events);
        _usage = new(parts.Database, clock);
        Objects = new PostgresObjects(parts.Database, keys, parts.Objects, clock);
        _lock = parts.Lock;
        _logs = new(
            options.LogsDirectory,
            keys,
            new(options.LogSegmentBytes, options.LogMaxBytes),
            clock,
            parts.Logger
        );
        var attempts = new PostgresAttempts(parts.Database, Sealer, clock);
        Attempts = attempts;
        _upkeep = new(
            [tickets.FlushAsync, _usage.FlushAsync, _logs.TrimAsync, attempts.SweepAsync, parts.MeasureAsync],
            clock,
            parts.Logger
        );
        var departures = new Departures(parts.Database, parts.News, clock);
        _watch = new([departures.LookAsync], clock, parts.Logger, Departures.Period);
    }

    /// <summary>What all processes on this database take for now.</summary>
    public TimeProvider Clock { get; }

    public IJournal Journal { get; }

    public IAuditLog Audit { get; }

    public IAuditSearch Search { get; }

    public IDeliveries Deliveries { get; }

    public IRetention Retention { get; }

    public IViews Views { get; }

    public IJobStore Jobs => _jobs;

    public ITickets Tickets { get; }

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
    /// Opens the database, migrating it when needed. Throws <see cref="StoreUnusableException"/> when the master key is
    /// missing or wrong, when a newer version wrote the data, or when the server may forget what it committed.
    /// </summary>
    /// <param name="clock">The store's clock; null for the database's own, which is what a cluster needs.</param>
    public static async Task<PostgresStore> OpenAsync(
        PostgresStoreOptions options,
        TimeProvider? clock,
        ILoggerFactory loggers,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Problem() is { } problem
            ? throw new ArgumentException(problem, nameof(options))
            : new(await Parts.OpenAsync(options, clock, loggers.CreateLogger<PostgresStore>(), cancellationToken));
    }

    /// <summary>As <see cref="OpenAsync"/>, for composition, which cannot wait.</summary>
    public static PostgresStore Open(PostgresStoreOptions options, ILoggerFactory loggers) =>
        Task.Run(() => OpenAsync(options, null, loggers)).GetAwaiter().GetResult();

    /// <summary>Brings the tables and the rights of the logins to this version's, and does nothing else.</summary>
    public static Task MigrateAsync(
        PostgresStoreOptions options,
        ILoggerFactory loggers,
        CancellationToken cancellationToken = default
    ) => Migrator.ApplyAsync(options, TimeProvider.System, loggers.CreateLogger<PostgresStore>(), cancellationToken);

    public async Task<StoreSize> SizeAsync(CancellationToken cancellationToken = default) =>
        new(
            await _database.FirstAsync(
                new("SELECT pg_database_size(current_database())"),
                row => row.Int64(0),
                cancellationToken
            ),
            FolderSize.Of(_options.ObjectsDirectory),
            FolderSize.Of(_options.LogsDirectory),
            new DriveInfo(_options.LogsDirectory).AvailableFreeSpace
        );

    /// <summary>With <c>pg_dump</c>; log files are those of this node.</summary>
    public Task BackupAsync(string folder, CancellationToken cancellationToken = default) =>
        PostgresBackup.RunAsync(folder, _options, _logs, BackupNote.New(Clock), cancellationToken);

    /// <summary>
    /// Brings a backup back into a database that holds no data, with the master key ring it was written with. As
    /// <see cref="Sqlite.SqliteStore.RestoreAsync"/> (S06).
    /// </summary>
    public static Task RestoreAsync(
        string backup,
        PostgresStoreOptions options,
        RestoreOptions restore,
        ILoggerFactory loggers,
        CancellationToken cancellationToken = default
    ) => PostgresRestore.RunAsync(backup, options, restore, loggers, cancellationToken);

    /// <summary>
    /// Throws <see cref="StoreUnusableException"/> for a database without data, and for one that opening would migrate.
    /// </summary>
    public static Task RequireCurrentAsync(
        PostgresStoreOptions options,
        CancellationToken cancellationToken = default
    ) => Migrator.RequireCurrentAsync(options, cancellationToken);

    /// <summary>Nobody else has the database open: what it does in several steps is seen as one.</summary>
    internal async Task DeclareForkAsync(BackupNote note, RestoreOptions restore, CancellationToken cancellationToken)
    {
        var heads = await Inventory.StreamsAsync(cancellationToken);
        if (heads.Any(head => head.Stream == RestoreRecord.StreamOf(note)))
        {
            return;
        }

        if (!restore.KeepCredentials)
        {
            await _database.RunAsync(
                [
                    Statement.Of("UPDATE ticket SET revoked = $1 WHERE revoked IS NULL").Add(StoreTime.Now(Clock)),
                    new("DELETE FROM idempotency"),
                ],
                cancellationToken
            );
        }

        var known = new Dictionary<string, StoredCheckpoint?>(StringComparer.Ordinal);
        foreach (var org in await Audit.LogsAsync(cancellationToken))
        {
            known[org] = await Audit.CheckpointAsync(org, null, cancellationToken);
        }

        var before = heads.Select(head => (head.Stream.Value, new Head(head.Head, [.. head.Hash]))).ToList();
        foreach (var append in RestoreRecord.Of(before, known, note, restore, _erasedAgain))
        {
            // There already: of the try before this one.
            if (await Journal.AppendAsync(append, cancellationToken) is not (Appended or HeadMoved))
            {
                throw RestoreRecord.Undeclared();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _watch.DisposeAsync();
        await _upkeep.DisposeAsync();
        await _logs.CloseAsync();
        await _appends.DisposeAsync();
        await _notices.DisposeAsync();
        await _listener.DisposeAsync();
        _feed.Complete();
        _jobs.Dispose();
        await _listening.DisposeAsync();
        await _pool.DisposeAsync();
        _lock.Dispose();
    }
}
