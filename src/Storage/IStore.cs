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

namespace Palisade.Storage;

/// <summary>All ports of one store, opened together. Disposing flushes and closes.</summary>
public interface IStore : IAsyncDisposable
{
    IJournal Journal { get; }
    IAuditLog Audit { get; }
    IAuditSearch Search { get; }
    IDeliveries Deliveries { get; }
    IRetention Retention { get; }
    IViews Views { get; }
    IJobStore Jobs { get; }
    ITickets Tickets { get; }
    ILooks Looks { get; }
    IObjectStore Objects { get; }
    ILogStore Logs { get; }
    IUsageCounts Usage { get; }
    IAttempts Attempts { get; }
    IAccessHistory History { get; }
    ISealer Sealer { get; }
    IPersonalData Personal { get; }
    IInventory Inventory { get; }
    IChangeFeed Changes { get; }

    /// <summary>What it takes on the disk.</summary>
    Task<StoreSize> SizeAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Copies the whole store, consistently and while it is in use, to an empty folder. Leaves the master key out
    /// (S05).
    /// </summary>
    Task BackupAsync(string folder, CancellationToken cancellationToken = default);
}

/// <summary>Bytes on the disk by what they are for, and what is free there.</summary>
public sealed record StoreSize(long Database, long Objects, long Logs, long Free);

/// <summary>
/// Tells what was committed. Lossy under load by design: a subscriber that falls behind gets one "look again" for all
/// it missed.
/// </summary>
public interface IChangeFeed
{
    /// <summary>
    /// Changes of a <see cref="Change.Topic"/>, or of all below it when it ends with a slash, from now on.
    /// </summary>
    IAsyncEnumerable<Change> SubscribeAsync(string topic, CancellationToken cancellationToken = default);
}

/// <param name="Topic">A stream id, or <c>job/&lt;stream&gt;</c>; empty when changes were dropped and everything should
/// be looked at again.</param>
/// <param name="Head">The stream's head, 0 for jobs.</param>
public sealed record Change(string Topic, long Head);
