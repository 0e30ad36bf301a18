using Microsoft.Extensions.Logging;
using Npgsql;
using Palisade.Storage.Jobs;
using Palisade.Storage.Keys;
using Palisade.Storage.Objects;

namespace Palisade.Storage.Postgres;

/// <summary>What all ports of a store share, opened and checked.</summary>
internal sealed class Parts
{
    // A file that no row names for this long is left of one that never got there.
    private static readonly TimeSpan UploadsTake = TimeSpan.FromDays(1);

    /// <summary>
    /// SECURITY: a key that another process destroyed is forgotten here by then (S30), also when its notice was lost
    /// with that process, or cannot be heard.
    /// </summary>
    public static readonly TimeSpan KeysHeld = TimeSpan.FromSeconds(60);

    public required PostgresStoreOptions Options { get; init; }
    public required ILogger Logger { get; init; }
    public required TimeProvider Clock { get; init; }
    public required NpgsqlDataSource Pool { get; init; }
    public required NpgsqlDataSource Listening { get; init; }
    public required Database Database { get; init; }
    public required MasterKeyRing Ring { get; init; }
    public required Notices Notices { get; init; }
    public required CommitNews News { get; init; }
    public required Listener Listener { get; init; }
    public required FreshLooks Looks { get; init; }
    public required StreamHeads Heads { get; init; }
    public required DataKeyCache Keys { get; init; }
    public required ChangeFeed Feed { get; init; }
    public required JobSignal Signal { get; init; }
    public required ObjectFolder Objects { get; init; }

    /// <summary>
    /// Data keys that were found when it was opened although they had been destroyed: an older backup was restored.
    /// </summary>
    public required int ErasedAgain { get; init; }

    /// <summary>Holds the folder of logs.</summary>
    public required StoreLock Lock { get; init; }

    /// <param name="given">Null for the database's clock.</param>
    public static async Task<Parts> OpenAsync(
        PostgresStoreOptions options,
        TimeProvider? given,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var (pool, listening) = (options.Pool(), options.Listening());
        var database = new Database(pool);
        StoreLock? held = null;
        try
        {
            PrivateFiles.CloseFolder(options.LogsDirectory);
            held = StoreLock.Take(options.LogsDirectory);
            await CheckDurabilityAsync(database, cancellationToken);
            var clock = given ?? new DatabaseClock();
            await MeasureAsync(clock, database, cancellationToken);
            await Migrator.ApplyAsync(options, clock, logger, cancellationToken);
            var ring = await MasterKeyTable.OpenAsync(database, options, cancellationToken);
            var erasedAgain = await EraseAgainAsync(options, database, clock, cancellationToken);
            var looks = new FreshLooks(database);
            var (heads, keys, feed, signal) = (
                new StreamHeads(looks),
                new DataKeyCache(clock, KeysHeld),
                new ChangeFeed(),
                new JobSignal()
            );
            var notices = new Notices(database, logger);
            var news = new CommitNews(heads, keys, feed, signal, notices);
            return new()
            {
                Options = options,
                Logger = logger,
                Clock = clock,
                Pool = pool,
                Listening = listening,
                Database = database,
                Ring = ring,
                Notices = notices,
                News = news,
                Listener = await Listener.StartAsync(
                    listening,
                    notices,
                    news,
                    stop => MeasureAsync(clock, database, stop),
                    logger,
                    cancellationToken
                ),
                Looks = looks,
                Heads = heads,
                Keys = keys,
                Feed = feed,
                Signal = signal,
                Objects = await OpenObjectsAsync(options, database, clock, cancellationToken),
                ErasedAgain = erasedAgain,
                Lock = held,
            };
        }
        catch
        {
            await listening.DisposeAsync();
            await pool.DisposeAsync();
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Follows the database's clock.</summary>
    public Task MeasureAsync(CancellationToken cancellationToken) => MeasureAsync(Clock, Database, cancellationToken);

    private static Task MeasureAsync(TimeProvider clock, Database database, CancellationToken cancellationToken) =>
        clock is DatabaseClock measured ? measured.MeasureAsync(database, cancellationToken) : Task.CompletedTask;

    private static async Task<int> EraseAgainAsync(
        PostgresStoreOptions options,
        Database database,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var known = ErasureList.Read(options.KeysDirectory);
        known.ExceptWith(
            await database.ReadAsync(DataKeyStatements.Erased(), DataKeyStatements.ReadErased, cancellationToken)
        );
        var now = StoreTime.Now(clock);
        var count = 0;
        foreach (var erased in known)
        {
            // The last of them deletes the keys.
            count += (await database.RunAsync([.. DataKeyStatements.EraseAgain(erased, now)], cancellationToken))[^1];
        }

        return count;
    }

    private static async Task<ObjectFolder> OpenObjectsAsync(
        PostgresStoreOptions options,
        Database database,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var folder = new ObjectFolder(options.ObjectsDirectory);
        var known = await PostgresObjects.FilesAsync(database, cancellationToken);
        // A folder without anything that the database names is another one's: a variable was mistyped.
        var isOurs = known.Any(name => File.Exists(folder.PathOf(name)));
        if (isOurs && await PostgresObjects.MayDeleteAsync(database, cancellationToken))
        {
            folder.Sweep(known, clock.GetUtcNow() - UploadsTake);
        }

        return folder;
    }

    // What is acknowledged is durable, or the store does not open.
    private static async Task CheckDurabilityAsync(Database database, CancellationToken cancellationToken)
    {
        var off = await database.ReadAsync(
            new(
                """
                SELECT name FROM pg_settings
                WHERE setting = 'off' AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')
                """
            ),
            row => row.Text(0),
            cancellationToken
        );
        if (off.Count > 0)
        {
            throw new StoreUnusableException(
                $"PostgreSQL may lose what it has acknowledged: {string.Join(", ", off)} must be on. Change it in postgresql.conf."
            );
        }
    }
}
