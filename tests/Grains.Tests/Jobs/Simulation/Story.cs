using Palisade.Storage.Jobs;
using Palisade.Storage.Journal;

namespace Palisade.Grains.Tests.Jobs.Simulation;

internal delegate ModelDatabase Databases(World world, TimeProvider clock, EventCatalog events);

/// <summary>
/// Clients on a cluster to which faults happen for a while; afterwards all that was acknowledged must be there once,
/// and every job over.
/// </summary>
internal sealed class Story
{
    private const int Clients = 3;

    /// <summary>Faults end by then; a story in which all goes well ends some seconds later.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly EventCatalog Events = EventCatalog.From(typeof(LedgerEvent).Assembly);

    private readonly World _world;
    private readonly ModelDatabase _database;
    private readonly Cluster _cluster;
    private readonly Promises _promises = new();
    private readonly Client[] _clients;
    private string? _stale;

    public Story(int seed, Databases? databases = null, bool claimsAreSure = false)
    {
        _world = new(seed);
        var (weather, place) = (new Weather(_world) { ClaimsAreSure = claimsAreSure }, new Place(_world));
        _database = databases is null ? new(_world, place.Clock, Events) : databases(_world, place.Clock, Events);
        _cluster = new(_world, weather, _database, place);
        _clients = [.. Enumerable.Range(0, Clients).Select(n => new Client(_world, _cluster, _promises, n))];
    }

    public static IReadOnlyList<(string Org, string Name)> Ledgers { get; } =
    [("acme", "a"), ("acme", "b"), ("bolt", "c")];

    public int Kills => _cluster.Kills;

    /// <summary>Attempts beyond the first one of each job.</summary>
    public int Repeats => _database.Jobs.Sum(job => job.Attempt - 1);

    public ulong Fingerprint => _world.Fingerprint;

    /// <summary>Null when everything held, or what did not.</summary>
    public string? Play()
    {
        _database.Committed += CheckAttempts;
        _cluster.Begin(faultsUntil: _world.Between(5, 25));
        foreach (var client in _clients)
        {
            client.Begin();
        }

        var ended = _world.Run(() => _cluster.Fault is not null || _world.Escaped is not null || IsOver(), Longest);
        return _world.Escaped
            ?? _cluster.Fault?.ToString()
            ?? _stale
            ?? _promises.Broken
            ?? (ended ? null : $"forgotten: {Open()}")
            ?? Ledgers.Select(ledger => Check(ledger.Org, ledger.Name)).FirstOrDefault(broken => broken is not null)
            ?? _database.Streams.Select(_database.Verify).FirstOrDefault(fault => fault is not null)?.ToString();
    }

    private bool IsOver() => _clients.All(client => client.Done) && _database.Jobs.All(IsOver);

    private static bool IsOver(ModelJob job) => job.Status > JobStatus.Running;

    private string Open() =>
        string.Join(", ", _database.Jobs.Where(job => !IsOver(job)).Select(job => $"{job.Draft.Id} {job.Status}"));

    /// <summary>INVARIANT: nothing is committed by an attempt that is not the job's current one.</summary>
    private void CheckAttempts(Append append)
    {
        foreach (var end in append.Writes.SelectMany(write => write.Entries).Select(entry => entry.Event as ItemEnded))
        {
            if (end is not null && !_database.IsCurrent(new(end.Job, end.Attempt)))
            {
                _stale ??= $"stale: {end} was committed";
            }
        }
    }

    private string? Check(string org, string name)
    {
        var events = _database.All(LedgerGrain.StreamOf(org, name)).Select(entry => entry.Event).ToList();
        var placed = events.OfType<ItemPlaced>().ToList();
        var promised = _promises.Of(org, name).Order().ToList();
        if (!placed.Select(p => (p.Item, p.Number)).Order().SequenceEqual(promised))
        {
            return $"{name}: placed {string.Join(", ", placed)}; acknowledged {string.Join(", ", promised)}";
        }

        if (!placed.Select(p => p.Number).SequenceEqual(Enumerable.Range(1, placed.Count)))
        {
            return $"{name}: numbers are not 1, 2, 3: {string.Join(", ", placed)}";
        }

        return placed.FirstOrDefault(p => events.OfType<ItemEnded>().Count(e => e.Item == p.Item) != 1) is { } wrong
                ? $"{name}: {wrong.Item} has not ended once"
            : placed.Any(p => _database.Jobs.All(job => job.Draft.Id != $"{org}.{name}.{p.Item}"))
                ? $"{name}: an item has no job"
            : null;
    }
}
