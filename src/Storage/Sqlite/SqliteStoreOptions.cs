using Palisade.Storage.Journal;

namespace Palisade.Storage.Sqlite;

/// <summary>Where the embedded store keeps its data, and its bounds.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>
    /// The data folder: database, objects, logs and (unless said otherwise) keys. Made 0700 when missing. Required.
    /// </summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Folder of the master key ring; default <c>keys</c> in the data folder (S05).</summary>
    public string? KeysDirectory { get; set; }

    /// <summary>The events that the journal may hold. Set in code.</summary>
    public EventCatalog Events { get; set; } = EventCatalog.Empty;

    /// <summary>Whether opening brings data of an older version to this one; default true. Set in code.</summary>
    public bool Migrates { get; set; } = true;

    /// <summary>Read connections at once, 1 to 64; default 8.</summary>
    public int Readers { get; set; } = 8;

    /// <summary>Bytes of a log segment before the next one begins; default 16 MiB, at least 64 KiB.</summary>
    public long LogSegmentBytes { get; set; } = 16 << 20;

    /// <summary>Bytes kept per log that is not completed; default 1 GiB (S29).</summary>
    public long LogMaxBytes { get; set; } = 1L << 30;

    internal string KeysPath => KeysDirectory ?? Path.Combine(DataDirectory, "keys");

    internal string DatabasePath => Path.Combine(DataDirectory, "palisade.db");

    internal string SearchPath => Path.Combine(DataDirectory, "search.db");

    internal string ObjectsPath => Path.Combine(DataDirectory, "objects");

    internal string LogsPath => Path.Combine(DataDirectory, "logs");
}
