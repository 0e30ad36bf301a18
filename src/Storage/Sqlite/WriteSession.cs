using Palisade.Storage.Audit;
using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Sqlite;

/// <summary>
/// What a piece of work may use inside the writer's open transaction. What it stages here becomes visible after the
/// commit only.
/// </summary>
internal sealed class WriteSession(
    Connection connection,
    HeadCache heads,
    TicketCache tickets,
    DataKeyCache keys,
    JobSignal jobs,
    TimeProvider clock
)
{
    private readonly List<Change> _changes = [];
    private readonly List<Action> _onCommit = [];
    private readonly Dictionary<string, Head> _heads = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unsealed = new(StringComparer.Ordinal);
    private long _lastUnsealed = UnsealedTable.LastNumber(connection);
    private bool _wakeJobs;
    private bool _ticketsChanged;
    private bool _keysErased;

    public Connection Connection { get; } = connection;

    /// <summary>The store's clock, read once per piece of work.</summary>
    public DateTimeOffset Now { get; private set; }

    public Statement Prepare(string sql) => Connection.Prepare(sql);

    public void Begin() => Now = StoreTime.Now(clock);

    public Head Head(string stream)
    {
        if (_heads.TryGetValue(stream, out var head) || heads.TryGet(stream, out head))
        {
            return head;
        }

        return HeadQuery.Read(Connection, stream);
    }

    public void MoveHead(string stream, Head head)
    {
        _heads[stream] = head;
        _changes.Add(new(stream, head.Seq));
    }

    public void Notify(string topic, long head = 0) => _changes.Add(new(topic, head));

    /// <summary>
    /// The number of an entry that begins to wait for its place in the organization's log: later ones have higher ones.
    /// </summary>
    public long Await(string org)
    {
        _unsealed.Add(org);
        return ++_lastUnsealed;
    }

    /// <summary>A job may have become due: wakes those who wait for one.</summary>
    public void WakeJobs() => _wakeJobs = true;

    /// <summary>Some row of ticket changes: every change must say so.</summary>
    public void ChangeTickets() => _ticketsChanged = true;

    /// <summary>Data keys were destroyed: every destruction must say so.</summary>
    public void EraseKeys() => _keysErased = true;

    /// <summary>Runs on the writer's thread after the commit; must be quick and not throw.</summary>
    public void OnCommit(Action action) => _onCommit.Add(action);

    public void Discard()
    {
        _changes.Clear();
        _onCommit.Clear();
        _heads.Clear();
        _unsealed.Clear();
        _wakeJobs = false;
        _ticketsChanged = false;
        _keysErased = false;
    }

    public void Publish(ChangeFeed feed)
    {
        heads.Publish(_heads);
        if (_ticketsChanged)
        {
            tickets.Clear();
        }

        if (_keysErased)
        {
            keys.Clear();
        }

        foreach (var action in _onCommit)
        {
            action();
        }

        // Once for a group of appends, however many they were.
        foreach (var org in _unsealed)
        {
            Notify(IAuditLog.Topic("unsealed", org));
        }

        feed.Publish(_changes);
        if (_wakeJobs)
        {
            jobs.Raise();
        }

        Discard();
    }
}

/// <summary>Reads heads from the database.</summary>
internal static class HeadQuery
{
    public static Head Read(Connection connection, string stream)
    {
        using var statement = connection.Prepare("SELECT head, hash FROM stream WHERE id = ?").Add(stream);
        return statement.Step() ? new(statement.Int64(0), statement.Blob(1)) : Journal.Head.None;
    }

    public static List<(string Stream, Head Head)> All(Connection connection)
    {
        using var statement = connection.Prepare("SELECT id, head, hash FROM stream ORDER BY id");
        var heads = new List<(string, Head)>();
        while (statement.Step())
        {
            heads.Add((statement.Text(0), new(statement.Int64(1), statement.Blob(2))));
        }

        return heads;
    }
}
