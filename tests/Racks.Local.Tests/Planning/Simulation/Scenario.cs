using System.Collections.Immutable;
using Palisade.Domain.Kernel;
using Palisade.Racks.Local.Planning;

namespace Palisade.Racks.Local.Tests.Planning.Simulation;

/// <summary>
/// A random story of one app: changes good and bad, cancels, kills of processes and of the server, then quiet.
/// </summary>
internal sealed partial class Scenario
{
    private static readonly string[] Names = ["api", "web", "work"];
    private static readonly (int, int)[] Bounds =
    [
        (50, 200),
        (50, 200),
        (50, 200),
        (0, 100),
        (50, 100),
        (100, 100),
        (100, 200),
        (25, 150),
        (0, 200),
        (50, 125),
        (100, 150),
    ];
    private static readonly Behaviour[] Bad =
    [
        Behaviour.CrashesAtStart,
        Behaviour.AnswersWrongly,
        Behaviour.NeverAnswers,
        Behaviour.HasNoImage,
        Behaviour.CannotStart,
    ];

    private readonly Random _random;
    private readonly SimulatedRack _rack;
    private readonly SimulatedApp _app = new();
    private readonly Invariants _invariants;
    private readonly SimulatedConvergence _loop;
    private readonly Dictionary<(string Release, string Service), Behaviour> _bad = [];
    private int _releases;
    private bool _byHand;

    /// <summary>
    /// Processes killed since the last change began. One more than a change bears would end it, and rightly.
    /// </summary>
    private int _killed;

    public Scenario(int seed, Func<DesiredApp, LocalObservation, Plan> planner)
    {
        _random = new Random(seed);
        _rack = new SimulatedRack(_random) { StepFailures = _random.Next(2) * 0.04 };
        _invariants = new Invariants(_rack, _app);
        _loop = new SimulatedConvergence(_rack, _app, _invariants, planner);
        _rack.BehaviourOf = s => _bad.GetValueOrDefault((s.Release, s.Name));
        _rack.Mishap = _invariants.Mishap;
        _rack.Cut = id => _invariants.Hold(false, $"{id} loses its route without being drained");
    }

    public int Failed => _app.Outcomes.Count(o => o.Outcome.StartsWith("rollout.", StringComparison.Ordinal));

    public void Play()
    {
        Change(Release(good: true), expectSuccess: true);
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            Disturb();
            switch (_random.Next(7))
            {
                case 0:
                    Change(Scaled(), expectSuccess: true);
                    break;
                case 1:
                    Change(Restarted(), expectSuccess: true);
                    break;
                case 2:
                    Superseded();
                    break;
                case 3:
                    Cancelled();
                    break;
                case 4:
                    Change([], expectSuccess: true);
                    Change(Release(good: true), expectSuccess: true);
                    break;
                default:
                    var good = _random.Next(2) == 0;
                    Change(Release(good), expectSuccess: good);
                    break;
            }
        }

        Quiet();
        _invariants.Final();
        _invariants.Hold(
            _loop.Rounds < 60 * (_rack.Now - SimulatedRack.Begin).TotalSeconds,
            $"{_loop.Rounds} rounds: it turns for nothing"
        );
    }

    /// <summary>Kills at random moments of what comes next.</summary>
    private void Disturb()
    {
        for (var i = _random.Next(3); i > 0; i--)
        {
            _rack.At(
                Soon(),
                () =>
                {
                    if (_rack.ServerRuns)
                    {
                        _rack.KillServer(Within(200, 3_000));
                        _loop.Forget();
                        _invariants.Mishap("the server is killed");
                    }
                }
            );
        }

        if (_random.Next(3) == 0)
        {
            _rack.At(
                Soon(),
                () =>
                {
                    var running = _rack.Containers.Where(c => c.IsRunning).ToArray();
                    if (running.Length > 0 && _killed < RolloutAssessor.MaxFailures - 1)
                    {
                        _killed++;
                        _byHand = true;
                        _rack.End(running[_random.Next(running.Length)], 137);
                    }
                }
            );
        }
    }

    private void Change(ImmutableArray<DesiredService> target, bool expectSuccess)
    {
        var before = _app.Current;
        _byHand = false;
        var kept = _rack
            .Containers.Where(c =>
                c.IsRunning && before.Any(s => s.Name == c.Service.Name && s.SpecHash == c.Service.SpecHash)
            )
            .Select(c => c.Id)
            .ToHashSet();
        var clean = kept.Count == before.Sum(s => s.Count) && kept.Count == _rack.Containers.Count(c => c.IsRunning);
        Start(target);
        Until(() => _app.Rollout is null, TimeSpan.FromMinutes(6), "the change ends");
        var (rollout, outcome, at) = _app.Outcomes[^1];
        _invariants.Hold(
            expectSuccess == (outcome == "succeeded"),
            $"it {outcome}, of {string.Join(' ', target.Select(s => _rack.BehaviourOf(s)))}"
        );
        _invariants.Hold(
            at - rollout.Started < TimeSpan.FromSeconds(150),
            $"it {outcome} only after {at - rollout.Started}"
        );
        var kind = target.Where(s => s.Count > 0).Select(s => _rack.BehaviourOf(s)).ToHashSet();
        _invariants.Hold(
            outcome switch
            {
                "rollout.crashed" => kind.Contains(Behaviour.CrashesAtStart),
                "rollout.unhealthy" => kind.Overlaps([Behaviour.AnswersWrongly, Behaviour.NeverAnswers]),
                "rollout.image" => kind.Contains(Behaviour.HasNoImage),
                "rollout.start" => kind.Contains(Behaviour.CannotStart),
                _ => outcome == "succeeded",
            },
            $"it {outcome} of {string.Join(' ', kind)}"
        );
        if (!expectSuccess)
        {
            _invariants.Hold(_app.Current == before, "what is proven has changed");
            Quiet();
            _invariants.Final();
            var untouched =
                clean
                && !_byHand
                && target.All(s => s.Maximum == 200 && before.All(b => b.Name != s.Name || b.Count <= s.Count));
            _invariants.Hold(
                !untouched || kept.SetEquals(_rack.Containers.Select(c => c.Id)),
                "what ran before was not left alone"
            );
        }
        else if (_random.Next(2) == 0)
        {
            Quiet();
            _invariants.Final();
        }
    }

    private void Superseded()
    {
        Start(Release(_random.Next(2) == 0));
        Until(() => false, Within(0, 4_000), null);
        Change(Release(good: true), expectSuccess: true);
    }

    private void Cancelled()
    {
        Start(Release(_random.Next(3) > 0));
        Until(() => _app.Rollout is not { Failed: false }, Within(0, 4_000), null);
        if (_app.Rollout is { Failed: false })
        {
            _app.Fail("cancelled", _rack.Now);
            _invariants.GoalChanged();
        }

        Until(() => _app.Rollout is null, TimeSpan.FromMinutes(6), "the cancelled change is undone");
    }

    private void Start(ImmutableArray<DesiredService> target)
    {
        _killed = 0;
        _app.Start(target, _rack.Now);
        _invariants.GoalChanged();
        _rack.Changed = true;
    }

    private void Quiet() =>
        Until(
            () =>
                _loop.Settled && !_rack.Changed && _rack.Removing.Count + _rack.Starting.Count == 0 && _rack.ServerRuns,
            TimeSpan.FromMinutes(4),
            "it settles"
        );

    private void Until(Func<bool> reached, TimeSpan limit, string? what)
    {
        _loop.Run(_rack.Now + limit, reached);
        _invariants.Hold(what is null || reached(), $"missing: {what}");
    }

    private TimeSpan Soon() => _random.Next(2) == 0 ? Within(0, 2_000) : Within(0, 20_000);

    private TimeSpan Within(int least, int most) => TimeSpan.FromMilliseconds(_random.Next(least, most));
}
