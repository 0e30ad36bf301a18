namespace Palisade.Storage.Postgres;

/// <summary>
/// Advisory locks, held until the transaction ends. Streams that do not exist yet are locked by the migrations'
/// functions, under another seed.
/// </summary>
internal static class Locks
{
    /// <summary>Of whoever migrates, or opens for the very first time.</summary>
    public static Statement Opening() => Exclusive("opening");

    /// <summary>Of those who count what there may be only so many of, before they add one.</summary>
    public static Statement Limit(string name) => Exclusive($"limit/{name}");

    /// <summary>Of those who make the first data key of a scope, or destroy keys: rare, and never both.</summary>
    public static Statement DataKeys() => Exclusive("data-keys");

    /// <summary>Of those who put an object of an organization, whose sizes are added up.</summary>
    public static Statement Objects(string org) => Exclusive($"objects/{org}");

    /// <summary>
    /// Of a backup, until its connection ends: meanwhile no node deletes the file of an object, since the snapshot that
    /// is copied may still name it.
    /// </summary>
    public static Statement Backup() => new("SELECT pg_advisory_lock(hashtextextended('backup', 1))");

    /// <summary>
    /// Whether none is being written. A row that was deleted before this is in the snapshot of none that begins after
    /// it.
    /// </summary>
    public static Statement NoBackup() =>
        new("SELECT CASE WHEN pg_try_advisory_xact_lock_shared(hashtextextended('backup', 1)) THEN 1 ELSE 0 END");

    private static Statement Exclusive(string name) =>
        Statement.Of("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))").Add(name);
}
