using Npgsql;
using Palisade.Storage.Journal;

namespace Palisade.Storage.Postgres;

/// <summary>How the store reaches its database, and its bounds.</summary>
public sealed class PostgresStoreOptions
{
    public const string SectionName = "Postgres";

    /// <summary>
    /// The app's login, as Npgsql writes it; TLS is part of it (<c>SSL Mode=VerifyFull;Root Certificate=…</c>).
    /// Required.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// The login that owns the tables and migrates them. Without it the app's own does, and then nothing but triggers
    /// keeps the app from changing the journal.
    /// </summary>
    public string? OwnerConnectionString { get; set; }

    /// <summary>The login that erases bodies of records (S30); without it the app's own does.</summary>
    public string? RetentionConnectionString { get; set; }

    /// <summary>Folder of the master key ring, the same on all nodes (S05). Required.</summary>
    public string KeysDirectory { get; set; } = "";

    /// <summary>Folder of sealed objects, the same on all nodes. Required.</summary>
    public string ObjectsDirectory { get; set; } = "";

    /// <summary>
    /// Folder of this node's sealed logs, which no other process shares: a log is written, and read, where what writes
    /// it runs. Required.
    /// </summary>
    public string LogsDirectory { get; set; } = "";

    /// <summary>Folder of <c>pg_dump</c> and <c>pg_restore</c>; default: where PATH finds them.</summary>
    public string? ProgramsDirectory { get; set; }

    /// <summary>Bytes of a log segment before the next one begins; default 16 MiB, at least 64 KiB.</summary>
    public long LogSegmentBytes { get; set; } = 16 << 20;

    /// <summary>Bytes kept per log that is not completed; default 1 GiB (S29).</summary>
    public long LogMaxBytes { get; set; } = 1L << 30;

    /// <summary>The events that the journal may hold. Set in code.</summary>
    public EventCatalog Events { get; set; } = EventCatalog.Empty;

    /// <summary>Connections of this process at once, 4 to 200; default 20. One more only listens.</summary>
    public int MaxConnections { get; set; } = 20;

    /// <summary>Groups of appends under way at once, 1 to 8; default 2.</summary>
    public int Pumps { get; set; } = 2;

    /// <summary>What a statement may take before the database ends it; default 30 s, at least 1 s.</summary>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an append is tried again while the database does not answer; default 15 s. After that its caller is
    /// told that nobody knows whether it was committed.
    /// </summary>
    public TimeSpan CommitPatience { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Puts keys, objects and logs where the embedded store has them, unless they were put elsewhere.
    /// </summary>
    public void KeepBelow(string dataDirectory)
    {
        KeysDirectory = OrBelow(KeysDirectory, "keys");
        ObjectsDirectory = OrBelow(ObjectsDirectory, "objects");
        LogsDirectory = OrBelow(LogsDirectory, "logs");

        string OrBelow(string given, string name) => given.Length > 0 ? given : Path.Combine(dataDirectory, name);
    }

    /// <summary>Opens a database although a restore of it is not done: to finish that.</summary>
    internal bool Restoring { get; set; }

    internal string? Problem() =>
        this switch
        {
            { ConnectionString: "" } => "Postgres:ConnectionString is required.",
            { KeysDirectory: "" } => "Postgres:KeysDirectory is required.",
            { ObjectsDirectory: "" } => "Postgres:ObjectsDirectory is required.",
            { LogsDirectory: "" } => "Postgres:LogsDirectory is required.",
            { LogSegmentBytes: < 64 << 10 } => "Postgres:LogSegmentBytes is at least 64 KiB.",
            { MaxConnections: < 4 or > 200 } => "Postgres:MaxConnections is 4 to 200.",
            { Pumps: < 1 or > 8 } => "Postgres:Pumps is 1 to 8.",
            { StatementTimeout.TotalSeconds: < 1 } => "Postgres:StatementTimeout is at least 1 s.",
            _ => null,
        };

    internal NpgsqlDataSource Pool()
    {
        var settings = Settings(ConnectionString);
        settings.MaxPoolSize = MaxConnections;
        // Each statement of ours comes again and again.
        settings.MaxAutoPrepare = 100;
        // Nothing of ours changes a session, so there is nothing to put back between two users of a connection.
        settings.NoResetOnClose = true;
        return Primary.Source(settings);
    }

    /// <summary>Connections that only wait for notices, and find out by themselves that they are dead.</summary>
    internal NpgsqlDataSource Listening()
    {
        var settings = Settings(ConnectionString);
        settings.Pooling = false;
        settings.KeepAlive = 5;
        return Primary.Source(settings);
    }

    internal NpgsqlDataSource Retention() => Primary.Source(Unpooled(RetentionConnectionString ?? ConnectionString));

    internal NpgsqlDataSource Owner() => Primary.Source(Unpooled(OwnerConnectionString ?? ConnectionString));

    /// <summary>The logins that get rights; none that is the owner itself.</summary>
    internal (string? App, string? Retention) Logins()
    {
        var (app, owner) = (NameIn(ConnectionString), NameIn(OwnerConnectionString ?? ConnectionString));
        var retention = NameIn(RetentionConnectionString ?? ConnectionString);
        return (app == owner ? null : app, retention == owner || retention == app ? null : retention);
    }

    private NpgsqlConnectionStringBuilder Settings(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // The server ends a statement first, and says so.
            CommandTimeout = (int)StatementTimeout.TotalSeconds + 5,
        };
        settings.ApplicationName ??= "palisade";
        settings.Options = $"{settings.Options} -c statement_timeout={(long)StatementTimeout.TotalMilliseconds}".Trim();
        return settings;
    }

    // A migration takes what it takes.
    private static NpgsqlConnectionStringBuilder Unpooled(string connectionString) =>
        new(connectionString) { Pooling = false, CommandTimeout = 0 };

    private static string? NameIn(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString).Username;
}
