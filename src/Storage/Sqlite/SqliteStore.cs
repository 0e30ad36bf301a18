using Microsoft.Extensions.Logging;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;
using Palisade.Storage.Logs;
using Palisade.Storage.Objects;
using Palisade.Storage.Tickets;
using Palisade.Storage.Usage;
using Palisade.Storage.Views;

namespace Palisade.Storage.Sqlite;

/// <summary>The embedded store: one SQLite database and sealed files in one folder, held by one process.</summary>
public sealed partial class SqliteStore : IStore
{
    private readonly StoreLock _lock;
    private readonly ReadPool _readers;
    private readonly Writer _writer;
    private readonly ChangeFeed _feed;
    private readonly SqliteTickets _tickets;
    private readonly SqliteUsageCounts _usage;
    private readonly Upkeep _upkeep;
    private int _disposed;

    private SqliteStore(SqliteStoreOptions options, StoreLock held, Connection connection, MasterKeyRing ring, TimeProvider clock, ILogger logger)
    {
        var heads = new HeadCache();
        var signal = new JobSignal();
        _lock = held;
        _feed = new();
        _readers = new(options.DatabasePath, options.Readers);
        _writer = new(connection, heads, _feed, signal, clock, logger);
        _tickets = new(_writer, _readers, clock);
        _usage = new(_writer, clock);
        Journal = new SqliteJournal(_writer, _readers, heads, options.Events);
        Views = new SqliteViews(_readers);
        Jobs = new SqliteJobs(_writer, _readers, new NodeLeases(clock), signal, clock);
        Sealer = new DataKeySealer(new SqliteDataKeys(_writer, _readers, ring));
        _upkeep = new([_tickets.FlushAsync, _usage.FlushAsync], clock, logger);
    }

    public IJournal Journal { get; }

    public IViews Views { get; }

    public IJobStore Jobs { get; }

    public ITickets Tickets => _tickets;

    public IObjectStore Objects => throw new NotSupportedException();

    public ILogStore Logs => throw new NotSupportedException();

    public IUsageCounts Usage => _usage;

    public ISealer Sealer { get; }

    public IChangeFeed Changes => _feed;

    /// <summary>
    /// Opens the folder, migrating it when needed. Throws <see cref="StoreUnusableException"/> when another process holds it, when the master
    /// key is missing or wrong, or when a newer version wrote it.
    /// </summary>
    public static Task<SqliteStore> OpenAsync(
        SqliteStoreOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken = default) =>
        Task.Run(() => Open(options, clock, loggers), cancellationToken);

    /// <summary>As <see cref="OpenAsync"/>, on the caller's thread: for composition, which cannot wait.</summary>
    public static SqliteStore Open(SqliteStoreOptions options, TimeProvider clock, ILoggerFactory loggers)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.DataDirectory);
        var logger = loggers.CreateLogger<SqliteStore>();
        PrivateFiles.CloseFolder(options.DataDirectory);
        var held = StoreLock.Take(options.DataDirectory);
        Connection? connection = null;
        try
        {
            // INVARIANT: the key is on disk before there is any data, so data without a key is never a first start that was interrupted.
            var ring = MasterKeyCheck.LoadOrCreate(options.KeysPath, File.Exists(options.DatabasePath));
            PrivateFiles.Open(options.DatabasePath, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
            connection = Connection.OpenWriter(options.DatabasePath);
            Migrator.Apply(connection, clock, logger);
            MasterKeyCheck.Run(connection, ring, options.KeysPath);
            return new(options, held, connection, ring, clock, logger);
        }
        catch
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    public Task BackupAsync(string folder, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _upkeep.DisposeAsync();
        await _writer.DisposeAsync();
        _feed.Complete();
        _readers.Dispose();
        _lock.Dispose();
    }
}
