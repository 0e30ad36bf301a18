using System.Collections.Immutable;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>
/// A rack in virtual time. Containers, routes and the network stay when the server is killed; probes, marks and steps
/// under way are lost with it, a step with what it has not done yet.
/// </summary>
internal sealed partial class SimulatedRack(Random random)
{
    private static readonly TimeSpan HealthDeadline = TimeSpan.FromSeconds(20);

    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> _events = new();
    private readonly Dictionary<string, ProbeState> _probes = [];
    private readonly Dictionary<(string Service, string Resource), StepProblem> _problems = [];
    private long _order;
    private int _epoch;
    private int _ids;

    public static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; private set; } = Begin;

    public bool ServerRuns { get; private set; } = true;

    public double StepFailures { get; set; }

    public bool Network { get; private set; }

    public List<SimulatedContainer> Containers { get; } = [];

    public Dictionary<string, (string Release, ImmutableSortedSet<string> Ids)> Routes { get; } = [];

    public HashSet<string> Removing { get; } = [];

    /// <summary>In their route, but without new requests.</summary>
    public HashSet<string> Withdrawn { get; } = [];

    public Dictionary<string, SimulatedContainer> Starting { get; } = [];

    /// <summary>Steps that are begun but have not yet done anything.</summary>
    public List<PlanStep> Begun { get; } = [];

    /// <summary>Something that a server would be woken by has happened.</summary>
    public bool Changed { get; set; }

    /// <summary>Told of what happens without anybody wanting it.</summary>
    public Action<string> Mishap { get; set; } = _ => { };

    /// <summary>Told of a running process that loses its route without being drained.</summary>
    public Action<string> Cut { get; set; } = _ => { };

    public Func<DesiredService, Behaviour> BehaviourOf { get; set; } = _ => Behaviour.Good;

    /// <summary>More than probing has happened.</summary>
    public bool Touched { get; set; }

    public void At(TimeSpan after, Action action) =>
        Enqueue(
            after,
            () =>
            {
                Touched = true;
                action();
            }
        );

    /// <summary>Goes to the next event, or to the given time if that is earlier.</summary>
    public bool Advance(DateTimeOffset atMost)
    {
        if (!_events.TryPeek(out _, out var next) || next.At > atMost)
        {
            Now = atMost;
            return false;
        }

        var action = _events.Dequeue();
        Now = next.At;
        action();
        return true;
    }

    public void KillServer(TimeSpan down)
    {
        _epoch++;
        ServerRuns = false;
        _probes.Clear();
        _problems.Clear();
        Begun.Clear();
        Removing.Clear();
        Withdrawn.Clear();
        Starting.Clear();
        At(
            down,
            () =>
            {
                ServerRuns = true;
                Changed = true;
                foreach (var container in Containers.Where(c => c.IsRunning))
                {
                    Probe(container, _epoch);
                }
            }
        );
    }

    public LocalObservation Observe()
    {
        var scaled = Containers
            .Select(c => Seen(c))
            .Concat(Starting.Values.Where(s => !Containers.Contains(s)).Select(Seen))
            .ToArray();
        random.Shuffle(scaled);
        return new LocalObservation
        {
            At = Now,
            Processes = [],
            NetworkExists = Network,
            HealthDeadline = HealthDeadline,
            Scaled = [.. scaled],
            Routes = Routes.ToImmutableSortedDictionary(
                p => p.Key,
                p => new LocalRoute(p.Value.Release, p.Value.Ids) { Withdrawn = p.Value.Ids.Intersect(Withdrawn) }
            ),
            Problems = [.. _problems.Values],
        };
    }

    private void Enqueue(TimeSpan after, Action action) => _events.Enqueue(action, (Now + after, _order++));

    private LocalProcess Seen(SimulatedContainer c) =>
        new()
        {
            Id = c.Id,
            Service = c.Service.Name,
            Release = c.Service.Release,
            SpecHash = c.Service.SpecHash,
            RolloutId = c.RolloutId,
            Port = c.Service.Port,
            Probed = c.IsProbed,
            State = c.State,
            Started = c.Started,
            Ended = c.Ended,
            ExitCode = c.ExitCode,
            Ip = c.IsRunning ? "10.0.0.1" : "",
            Starting = Starting.ContainsKey(c.Id),
            Draining = Removing.Contains(c.Id),
            Probe = c.IsRunning ? _probes.GetValueOrDefault(c.Id) ?? ProbeState.None : ProbeState.None,
        };

    private TimeSpan Milliseconds(int least, int most) => TimeSpan.FromMilliseconds(random.Next(least, most + 1));
}
