using System.Collections.Immutable;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>
/// A rack in virtual time. Containers, routes and the network stay when the server is killed; probes, marks and steps
/// under way are lost with it, a step with what it has not done yet.
/// </summary>
internal sealed class SimulatedRack(Random random)
{
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

    public void End(SimulatedContainer container, int exitCode)
    {
        if (container.IsRunning)
        {
            (container.State, container.Ended, container.ExitCode, Changed) = (
                ProcessPhase.Exited,
                Now,
                exitCode,
                true
            );
            Mishap($"{container.Id} ends");
        }
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
            Scaled = [.. scaled],
            Routes = Routes.ToImmutableSortedDictionary(p => p.Key, p => new LocalRoute(p.Value.Release, p.Value.Ids)),
            Problems = [.. _problems.Values],
        };
    }

    /// <summary>
    /// Begins a step in a moment, in no order; it tells when it has ended, and whether well, unless the server is
    /// killed before.
    /// </summary>
    public void Apply(DesiredApp desired, PlanStep step, Action<bool> ended)
    {
        var epoch = _epoch;
        Begun.Add(step);
        if (step is RemoveProcess remove && Containers.Any(c => c.Id == remove.ProcessId))
        {
            Removing.Add(remove.ProcessId);
        }

        // A busy machine may keep one waiting, but what starts or leaves is marked before the next look.
        At(
            Milliseconds(0, step is not StartProcess && random.Next(20) == 0 ? 60 : 2),
            () =>
            {
                if (epoch == _epoch)
                {
                    Begun.Remove(step);
                    Take(desired, step, ended);
                }
            }
        );
    }

    private void Take(DesiredApp desired, PlanStep step, Action<bool> ended)
    {
        var fails = random.NextDouble() < StepFailures;
        switch (step)
        {
            case EnsureNetwork:
                Phases(ended, (Milliseconds(5, 100), () => Network = !fails));
                break;
            case StartProcess start:
                Start(desired, start, fails, Noting);
                break;
            case RemoveProcess remove:
                Remove(remove, fails, ended);
                break;
            case SetRoute set:
                Phases(Noting, (Milliseconds(0, 150), () => !fails && Set(set)));
                break;
            case RemoveRoute route:
                Phases(ended, (Milliseconds(5, 150), () => !fails && RemoveRoute(route.Address)));
                break;
            default:
                throw new InvalidOperationException($"Unknown step {step.GetType().Name}.");
        }

        void Noting(bool ok)
        {
            Note(desired, step, ok);
            ended(ok);
        }
    }

    private void Start(DesiredApp desired, StartProcess step, bool fails, Action<bool> ended)
    {
        var behaviour = BehaviourOf(step.Service);
        var container = step.Existing is { } id
            ? Containers.FirstOrDefault(c => c.Id == id)
            : new SimulatedContainer(
                $"{step.Service.Name}-{_ids++:x10}",
                step.Service,
                step.Previous ? "" : desired.RolloutId,
                behaviour
            );
        if (container is null)
        {
            ended(true);
            return;
        }

        Starting[container.Id] = container;
        var failsAtCreate = behaviour == Behaviour.HasNoImage || (fails && random.Next(2) == 0);
        var failsAtStart = behaviour == Behaviour.CannotStart || fails;
        Phases(
            ok =>
            {
                Starting.Remove(container.Id);
                ended(ok);
            },
            (Milliseconds(10, 400), () => !failsAtCreate && Created(container)),
            (Milliseconds(10, 400), () => !failsAtStart && Running(container)),
            (Milliseconds(1, 50), () => true)
        );
    }

    private bool Created(SimulatedContainer container)
    {
        if (!Containers.Contains(container))
        {
            Containers.Add(container);
            Changed = true;
        }

        return true;
    }

    private bool Running(SimulatedContainer container)
    {
        if (!Containers.Contains(container) || container.State != ProcessPhase.Created)
        {
            return false;
        }

        (container.State, container.Started, Changed) = (ProcessPhase.Running, Now, true);
        switch (container.Behaviour)
        {
            case Behaviour.Good:
                container.WellFrom = container.IsProbed
                    ? Now + Milliseconds(0, random.Next(4) == 0 ? 8_000 : 800)
                    : Now;
                break;
            case Behaviour.CrashesAtStart:
                At(Milliseconds(0, 900), () => End(container, 3));
                break;
        }

        Probe(container, _epoch);
        return true;
    }

    private void Remove(RemoveProcess step, bool fails, Action<bool> ended)
    {
        var container = Containers.FirstOrDefault(c => c.Id == step.ProcessId);
        if (container is null)
        {
            Removing.Remove(step.ProcessId);
            ended(true);
            return;
        }

        var failsAtDrain = fails && random.Next(2) == 0;
        Phases(
            ok =>
            {
                Removing.Remove(container.Id);
                ended(ok);
                if (!ok)
                {
                    Mishap($"{container.Id} could not be removed");
                }
            },
            (
                step.Drain > 0 ? Milliseconds(0, 3_000) : TimeSpan.Zero,
                () => !failsAtDrain && (step.Drain == 0 || Unroute(container))
            ),
            (container.IsRunning ? Milliseconds(0, 2_000) : TimeSpan.Zero, () => !fails && Stop(container)),
            (
                Milliseconds(5, 80),
                () =>
                {
                    Changed = true;
                    return Containers.Remove(container);
                }
            )
        );
    }

    private bool Unroute(SimulatedContainer container)
    {
        if (Routes.TryGetValue(container.Service.Name, out var route))
        {
            Routes[container.Service.Name] = (route.Release, route.Ids.Remove(container.Id));
        }

        return true;
    }

    private bool Stop(SimulatedContainer container)
    {
        if (container.IsRunning)
        {
            (container.State, container.Ended, container.ExitCode, Changed) = (ProcessPhase.Exited, Now, 143, true);
        }

        return true;
    }

    private bool RemoveRoute(string service)
    {
        foreach (
            var c in Containers.Where(c =>
                c.IsRunning && Routes.TryGetValue(service, out var route) && route.Ids.Contains(c.Id)
            )
        )
        {
            Cut(c.Id);
        }

        return Routes.Remove(service);
    }

    private bool Set(SetRoute step)
    {
        var known = Routes.TryGetValue(step.Service.Name, out var route);
        if (step.KeepShape && !known)
        {
            return true;
        }

        var running = Containers.Where(c => c.IsRunning).Select(c => c.Id).ToHashSet();
        var stay = known ? route.Ids.Where(id => IsLeaving(id) && running.Contains(id)) : [];
        var wanted = step.Processes.Select(p => p.Id).Where(id => running.Contains(id) && !IsLeaving(id));
        var ids = stay.Concat(wanted).ToImmutableSortedSet();
        foreach (var id in known ? route.Ids.Except(ids).Intersect(running) : [])
        {
            Cut(id);
        }

        Routes[step.Service.Name] = (step.KeepShape ? route.Release : step.Service.Release, ids);
        return true;

        bool IsLeaving(string id) => step.Leaving.Contains(id) || Removing.Contains(id);
    }

    /// <summary>
    /// Runs one part after the other until one fails; nothing more happens when the server is killed in between.
    /// </summary>
    private void Phases(Action<bool> ended, params ReadOnlySpan<(TimeSpan Takes, Func<bool> Does)> parts)
    {
        var (epoch, all) = (_epoch, parts.ToArray());
        Next(0);

        void Next(int i) =>
            At(
                all[i].Takes,
                () =>
                {
                    if (epoch != _epoch)
                    {
                        return;
                    }

                    var ok = all[i].Does();
                    if (ok && i + 1 < all.Length)
                    {
                        Next(i + 1);
                    }
                    else
                    {
                        ended(ok);
                    }
                }
            );
    }

    private void Enqueue(TimeSpan after, Action action) => _events.Enqueue(action, (Now + after, _order++));

    private void Probe(SimulatedContainer container, int epoch)
    {
        if (!container.IsProbed)
        {
            return;
        }

        var healthy = _probes.GetValueOrDefault(container.Id)?.HealthySince is not null;
        Enqueue(
            healthy ? Milliseconds(500, 3_000) : Milliseconds(20, 300),
            () =>
            {
                if (epoch != _epoch || !container.IsRunning)
                {
                    return;
                }

                var before = _probes.GetValueOrDefault(container.Id) ?? ProbeState.None;
                // Now and then a good one has no time for an answer.
                var well = container.IsWell(Now) && random.Next(100) != 0;
                var wrong = container.Behaviour == Behaviour.AnswersWrongly;
                var after = before.After(
                    well,
                    well || wrong,
                    well ? "status 200"
                        : wrong ? "status 500"
                        : "connection refused",
                    Now
                );
                _probes[container.Id] = after;
                Changed |=
                    before.HealthySince is null != after.HealthySince is null
                    || after.Failures is > 0 and <= RolloutAssessor.MaxBadAnswers;
                Probe(container, epoch);
            }
        );
    }

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

    private void Note(DesiredApp desired, PlanStep step, bool ok)
    {
        var service = step is StartProcess s ? s.Service : ((SetRoute)step).Service;
        var key = (service.Name, step.Resource);
        if (ok)
        {
            _problems.Remove(key);
            return;
        }

        var image = step is StartProcess && BehaviourOf(service) == Behaviour.HasNoImage;
        var first = new StepProblem(
            service.Name,
            step.Resource,
            desired.RolloutId,
            image ? "rack.image_missing" : "rack.engine",
            image ? "no image" : "it failed",
            image,
            1,
            Now,
            Now
        );
        _problems[key] =
            _problems.GetValueOrDefault(key) is { } known && known.RolloutId == first.RolloutId
                ? first with
                {
                    Since = known.Since,
                    Times = known.Times + 1,
                }
                : first;
    }

    private TimeSpan Milliseconds(int least, int most) => TimeSpan.FromMilliseconds(random.Next(least, most + 1));
}
