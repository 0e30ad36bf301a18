using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Grains.Access;
using Palisade.Grains.Journaling;
using Palisade.Grains.Keys;
using Palisade.Silo.Jobs;

namespace Palisade.Grains.Tests.Jobs.Simulation;

/// <summary>A process of one start: the pump of production, and grains of its own.</summary>
internal sealed class Node
{
    private readonly GrainServices _services;
    private readonly string _machine;
    private readonly Dictionary<(string Org, string Name), SemaphoreSlim> _turns = [];
    private readonly Dictionary<(string Org, string Name), LedgerGrain> _ledgers = [];
    private readonly Action _stop;
    private readonly LedgerJob _job;
    private bool _stopped;
    private Task? _pump;

    /// <param name="machine">The same for each start on it.</param>
    public Node(World world, Weather weather, ModelDatabase database, string id, string machine)
    {
        (_machine, Place) = (machine, new(world));
        var (link, time) = (new Link(world, weather, Place), Place.Clock);
        var jobs = new LinkedJobs(link, database, time);
        var store = NodeStore.Of(new LinkedJournal(link, database), jobs);
        var identity = new NodeIdentity(id, machine);
        var access = new OpenAccess(store, identity);
        var uses = new KeyMeter(new DeployKeys(store, new Policies(store), time));
        _services = new(store, access, access, new CryptoIds(), time, identity, uses);
        database.JobsChanged += () =>
        {
            if (!weather.LosesNotice())
            {
                Place.In(weather.Delay(), jobs.Wake);
            }
        };
        _job = new(world, time, TurnAsync);
        var pump = new JobPump(
            store,
            identity,
            [_job],
            new()
            {
                MaxAttempts = 3,
                MaxRunning = 4,
                MaxOfOrg = 3,
            },
            time,
            NullLogger<JobPump>.Instance
        );
        var stop = new CancellationTokenSource();
        _stop = stop.Cancel;
        Place.In(TimeSpan.Zero, () => _pump = pump.RunAsync(stop.Token));
    }

    public Place Place { get; }

    /// <summary>It was killed, or has ended by itself after <see cref="Stop"/>.</summary>
    public bool IsGone => Place.Killed || _pump is { IsCompleted: true };

    /// <summary>The pump ended although nobody had asked it to, or ran two of one stream at a time.</summary>
    public Exception? Fault => _job.Fault ?? (_stopped ? null : _pump?.Exception);

    /// <summary>As SIGTERM: what runs is left to others.</summary>
    public void Stop()
    {
        _stopped = true;
        Place.In(TimeSpan.Zero, _stop);
    }

    /// <summary>Waits for a turn of the node's own activation of a ledger.</summary>
    public async Task<LedgerTurn> TurnAsync(string org, string name)
    {
        if (!_turns.TryGetValue((org, name), out var turns))
        {
            _turns[(org, name)] = turns = new(1);
        }

        await turns.WaitAsync();
        try
        {
            if (!_ledgers.TryGetValue((org, name), out var ledger))
            {
                ledger = new(_services, org, name, _machine);
                await ledger.OnActivateAsync(default);
                _ledgers[(org, name)] = ledger;
            }

            return new(ledger, turns);
        }
        catch
        {
            turns.Release();
            throw;
        }
    }
}
